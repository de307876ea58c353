package io.catchwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Directories and files that nobody but their owner may read: made so from the first moment on. Any thread. */
public final class OwnerOnly {
    /** How the name of a file ends that is about to replace another; a crash may leave one behind. */
    public static final String TEMPORARY = ".new";

    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> DIRECTORY = PosixFilePermissions.asFileAttribute(DIRECTORY_MODE);
    private static final FileAttribute<?> FILE = PosixFilePermissions.asFileAttribute(FILE_MODE);

    private OwnerOnly() {}

    /** The user as whom this process acts, by number. */
    public static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /**
     * Makes a directory, with its missing parents, or shuts others out of one that is there.
     *
     * @throws CommandFailure with {@link ExitStatus#DENIED} when it belongs to another user, whoever this one is: root
     *     would leave files behind that its owner cannot use, and trust files that its owner has made
     */
    public static void directory(Path path) throws IOException {
        if (!Files.exists(path)) {
            try {
                Files.createDirectories(path, DIRECTORY);
            } catch (FileAlreadyExistsException e) {
                // Somebody was faster; whoever it was is examined below.
            }
        }
        int owner = uid(path);
        if (owner != ownUid()) {
            throw new CommandFailure(
                    ExitStatus.DENIED,
                    "the directory " + path + " belongs to " + Files.getOwner(path)
                            + "; run this as that user, or choose another --data-dir");
        }
        if (!Files.getPosixFilePermissions(path).equals(DIRECTORY_MODE)) {
            Files.setPosixFilePermissions(path, DIRECTORY_MODE);
        }
    }

    /** Replaces a file so that a reader, or a crash, sees the old content or the new and nothing between. */
    public static void write(Path file, String content) throws IOException {
        Path temporary = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + TEMPORARY);
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * Reads a secret out of a directory of {@link #directory}'s kind.
     *
     * @throws AccessDeniedException when another user has put it there; root trusts what is in a directory as much as its
     *     owner does
     */
    public static String read(Path file) throws IOException {
        boolean regular = Files.readAttributes(
                        file, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile();
        int trusted = ownUid() == 0 ? uid(file.toAbsolutePath().getParent()) : ownUid();
        if (!regular || uid(file) != trusted) {
            throw new AccessDeniedException(
                    file.toString(), null, "it is not what its directory's owner has put there");
        }
        return Files.readString(file, UTF_8);
    }

    private static int uid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }
}

package io.catchwater.cli.hook;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * Puts the hook where every program can load it: {@code TMP/catchwater-UID/HASH/libcatchwater.so}, readable by all,
 * writable by its owner.
 *
 * <p>A program often runs as another user than Catchwater does, and may not enter Catchwater's own directories. The place
 * is in a directory that anybody can write to, so nothing found there is believed: each level must be ours and closed to
 * other writers, and the content is compared.
 */
public final class HookLibrary {

    private static final String FILE_NAME = "libcatchwater.so";
    private static final Set<PosixFilePermission> READABLE_BY_ALL = PosixFilePermissions.fromString("rwxr-xr-x");

    private final byte[] content;
    private final int uid;

    HookLibrary(byte[] content, int uid) {
        this.content = content.clone();
        this.uid = uid;
    }

    /**
     * The hook for this machine, from Catchwater's own jar.
     *
     * @throws CommandFailure when there is none for this machine's architecture
     */
    public static HookLibrary ofThisMachine() {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        String resource = "/native/linux-" + architecture + "/" + FILE_NAME;
        try (InputStream in = HookLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new CommandFailure(
                        ExitStatus.FAILED,
                        "programs cannot be captured on " + System.getProperty("os.name") + " " + architecture
                                + ": the hook is built for Linux x86_64 only");
            }
            return new HookLibrary(in.readAllBytes(), OwnerOnly.ownUid());
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read the hook from Catchwater's jar: " + e, e);
        }
    }

    /** The library's file below {@code java.io.tmpdir}, put there if it is missing. */
    public Path install() {
        return install(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * The library's file below a directory, put there if it is missing.
     *
     * @param temporary a directory that others may write to
     * @throws CommandFailure when something there is not ours, or the disk refuses
     */
    public Path install(Path temporary) {
        Path ofUser = temporary.resolve("catchwater-" + uid);
        Path ofContent = ofUser.resolve(hash());
        Path file = ofContent.resolve(FILE_NAME);
        try {
            requireOwnDirectory(ofUser);
            requireOwnDirectory(ofContent);
            if (!isInPlace(file)) {
                write(file);
            }
            return file;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED,
                    "cannot put the hook into " + ofUser + ": " + e + "; make room there, or set TMPDIR",
                    e);
        }
    }

    private void requireOwnDirectory(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(directory);
                Files.setPosixFilePermissions(directory, READABLE_BY_ALL);
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // Somebody was faster; whoever it was is examined below.
            }
        }
        PosixFileAttributes attributes = attributes(directory);
        if (!attributes.isDirectory() || !isOurs(directory, attributes)) {
            throw planted(directory);
        }
    }

    private boolean isInPlace(Path file) throws IOException {
        try {
            PosixFileAttributes attributes = attributes(file);
            if (!attributes.isRegularFile() || !isOurs(file, attributes)) {
                throw planted(file);
            }
            return attributes.permissions().equals(READABLE_BY_ALL) && Arrays.equals(Files.readAllBytes(file), content);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isOurs(Path path, PosixFileAttributes attributes) throws IOException {
        int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner == uid
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private CommandFailure planted(Path path) {
        return new CommandFailure(
                ExitStatus.DENIED,
                path + " is not what Catchwater puts there (owner " + uid
                        + ", writable by nobody else): find out who made it, then remove it");
    }

    private void write(Path file) throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), FILE_NAME, ".new");
        try {
            Files.write(temporary, content);
            Files.setPosixFilePermissions(temporary, READABLE_BY_ALL);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

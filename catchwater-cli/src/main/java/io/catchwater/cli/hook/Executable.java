package io.catchwater.cli.hook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A program as a shell would find it, looked at before it is started. */
public final class Executable {

    private static final int ELF_MAGIC = 0x7F454C46;
    private static final int ELF_64_BIT = 2;
    private static final int ELF_INTERPRETER = 3;
    private static final int ELF_HEADER_BYTES = 64;
    private static final int LINKER_LIMIT_BYTES = 4096;
    private static final int SCRIPT_MAGIC = ('#' << 8) | '!';
    private static final int SCRIPT_LINE_LIMIT_BYTES = 256;
    private static final int SET_USER_ID = 04000;
    private static final int SET_GROUP_ID = 02000;

    private Executable() {}

    /**
     * Finds a program and requires that the hook can be loaded into it.
     *
     * @param program a path, or a name looked up in PATH
     * @param environment whose PATH counts
     * @return the file that will be executed
     * @throws CommandFailure when there is no such program ({@link ExitStatus#USAGE}), it may not be executed ({@link
     *     ExitStatus#DENIED}), or it cannot be captured ({@link ExitStatus#NOT_CAPTURED})
     */
    public static Path require(String program, Map<String, String> environment) {
        Path file = find(program, environment);
        Path image = interpreterOf(file);
        requireCapturable(program, image);
        return file;
    }

    /**
     * Finds a program, whether or not it can be captured.
     *
     * @throws CommandFailure when there is none, or it may not be executed
     */
    public static Path find(String program, Map<String, String> environment) {
        if (program.isEmpty()) {
            throw new CommandFailure(ExitStatus.USAGE, "the program's name is empty");
        }
        if (program.indexOf('/') >= 0) {
            return requireExecutable(program, Path.of(program));
        }
        for (String directory :
                environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new CommandFailure(ExitStatus.USAGE, program + ": command not found; check its name and PATH");
    }

    private static Path requireExecutable(String program, Path file) {
        if (!Files.exists(file)) {
            throw new CommandFailure(ExitStatus.USAGE, program + ": no such program");
        }
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(ExitStatus.USAGE, program + ": not a program");
        }
        if (!Files.isExecutable(file)) {
            throw new CommandFailure(
                    ExitStatus.DENIED,
                    program + ": permission denied; make it executable (chmod +x) or start it by its interpreter");
        }
        return file;
    }

    /** The file that the kernel really loads: of a script its interpreter. */
    public static Path interpreterOf(Path file) {
        byte[] start = new byte[SCRIPT_LINE_LIMIT_BYTES];
        int length;
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            length = Math.max(0, in.read(start));
        } catch (IOException e) {
            // Executable and not readable is allowed; nothing can be said about it then.
            return file;
        }
        if (length < 2 || (start[0] << 8 | start[1]) != SCRIPT_MAGIC) {
            return file;
        }
        String line =
                new String(start, 2, length - 2, ISO_8859_1).lines().findFirst().orElse("");
        String interpreter = line.strip().split("[ \t]", 2)[0];
        return interpreter.isEmpty() ? file : Path.of(interpreter);
    }

    /**
     * Requires that the hook can be loaded into what the kernel loads for a program.
     *
     * @throws CommandFailure when it is static or changes its user ({@link ExitStatus#NOT_CAPTURED})
     */
    public static void requireCapturable(String program, Path image) {
        try {
            if (isStaticElf(image)) {
                throw new CommandFailure(
                        ExitStatus.NOT_CAPTURED,
                        program + ": " + image + " is statically linked, so its changes cannot be captured");
            }
            int mode = (Integer) Files.getAttribute(image, "unix:mode");
            int owner = (Integer) Files.getAttribute(image, "unix:uid");
            int self = OwnerOnly.ownUid();
            boolean otherUser = (mode & SET_USER_ID) != 0 && owner != self;
            if (otherUser || (mode & SET_GROUP_ID) != 0) {
                throw new CommandFailure(
                        ExitStatus.NOT_CAPTURED,
                        program + ": " + image
                                + " changes its user or group when started (setuid), so its changes cannot be captured;"
                                + " start Catchwater as that user");
            }
        } catch (IOException e) {
            // Not readable: the run itself will show whether the hook was loaded.
        }
    }

    /** True for a 64-bit ELF file that asks for no dynamic linker. */
    static boolean isStaticElf(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            return isElf64(in) && linkerIn(in).isEmpty();
        }
    }

    /** The dynamic linker that a 64-bit ELF file asks for; empty when there is none, or the file cannot be read. */
    public static Optional<String> dynamicLinker(Path file) {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            return isElf64(in) ? linkerIn(in) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isElf64(RandomAccessFile in) throws IOException {
        return in.length() >= ELF_HEADER_BYTES && in.readInt() == ELF_MAGIC && in.readByte() == ELF_64_BIT;
    }

    /** The segment PT_INTERP of elf(5). */
    private static Optional<String> linkerIn(RandomAccessFile in) throws IOException {
        try {
            in.seek(32);
            long programHeaders = Long.reverseBytes(in.readLong());
            in.seek(54);
            int entryBytes = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
            int entries = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
            for (int entry = 0; entry < entries; entry++) {
                long at = programHeaders + (long) entry * entryBytes;
                in.seek(at);
                if (Integer.reverseBytes(in.readInt()) == ELF_INTERPRETER) {
                    return Optional.of(textAt(in, at));
                }
            }
            return Optional.empty();
        } catch (EOFException e) {
            // Cut off, so no program: it is not for us to say.
            return Optional.of("");
        }
    }

    private static String textAt(RandomAccessFile in, long programHeader) throws IOException {
        in.seek(programHeader + 8);
        long fileOffset = Long.reverseBytes(in.readLong());
        in.seek(programHeader + 32);
        long length = Long.reverseBytes(in.readLong());
        byte[] text = new byte[(int) Math.max(0, Math.min(length - 1, LINKER_LIMIT_BYTES))];
        in.seek(fileOffset);
        in.readFully(text);
        return new String(text, ISO_8859_1);
    }
}

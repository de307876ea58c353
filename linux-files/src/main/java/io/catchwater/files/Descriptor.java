package io.catchwater.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An open file, directory or place in a tree.
 *
 * <p>Any thread may use it; closing it while another thread uses it is the caller's mistake. Using it after
 * {@link #close} throws {@link IllegalStateException}: the number may be another file's by then.
 */
public final class Descriptor implements AutoCloseable {

    /** AT_FDCWD: paths are resolved from the working directory, or are absolute. */
    private static final int WORKING_DIRECTORY = -100;

    private static final int CLOSED = -1;
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    private final byte[] label;
    private int number;

    Descriptor(int number, byte[] label) {
        this.number = number;
        this.label = label;
    }

    /**
     * Opens a path of this host, following symlinks: for directories that an operator named, never for a path
     * out of a record.
     *
     * @param flags see {@link OpenFlags}
     * @param mode permission bits of a file that is created
     * @throws LinuxException ENOENT, ENOTDIR, EACCES, …
     */
    public static Descriptor open(Path path, int flags, int mode) throws LinuxException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        int number = Libc.openat(WORKING_DIRECTORY, Names.terminated(name), flags | OpenFlags.CLOSE_ON_EXEC, mode);
        LinuxException.check(number, "open", name);
        return new Descriptor(number, name);
    }

    /** Opens a directory that an operator named, for reading. As {@link #open}. */
    public static Descriptor openDirectory(Path path) throws LinuxException {
        return open(path, OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    }

    /** A second descriptor of the same open file. */
    public Descriptor duplicate() throws LinuxException {
        int copy = Libc.dup(number());
        LinuxException.check(copy, "dup", label);
        return new Descriptor(copy, label);
    }

    /**
     * The kernel's number.
     *
     * @throws IllegalStateException when it is closed
     */
    public synchronized int number() {
        if (number == CLOSED) {
            throw new IllegalStateException("closed: " + this);
        }
        return number;
    }

    /** This open file under another name for messages; this object is not to be used any more. */
    Descriptor named(byte[] name) {
        return new Descriptor(number(), name);
    }

    /**
     * Where it is now, whatever it was opened by, with all symlinks resolved.
     *
     * @throws IOException when the kernel does not tell
     */
    public Path currentPath() throws IOException {
        return Files.readSymbolicLink(OWN_DESCRIPTORS.resolve(Integer.toString(number())));
    }

    /** The name it was opened by, for messages. */
    byte[] label() {
        return label;
    }

    /**
     * Closes it; a second time does nothing.
     *
     * @throws LinuxException EIO, ENOSPC, EDQUOT: what was written may be lost; it is closed all the same
     */
    @Override
    public void close() throws LinuxException {
        int closing;
        synchronized (this) {
            closing = number;
            number = CLOSED;
        }
        if (closing != CLOSED) {
            LinuxException.check(Libc.close(closing), "close", label);
        }
    }

    @Override
    public String toString() {
        return Names.printable(label);
    }
}

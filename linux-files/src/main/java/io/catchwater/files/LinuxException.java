package io.catchwater.files;

import com.sun.jna.Native;
import java.io.IOException;

/** A system call failed. The message is such as {@code openat a/b: No such file or directory}. */
public class LinuxException extends IOException {

    private final int errno;
    private final String call;

    /**
     * @param errno error number, see {@link Errno}
     * @param call name of the call
     * @param file what it was called for, as {@link Names#printable} gives it; may be empty
     */
    public LinuxException(int errno, String call, String file) {
        super(call + (file.isEmpty() ? "" : " " + file) + ": " + Errno.text(errno));
        this.errno = errno;
        this.call = call;
    }

    /** Error number, see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** Name of the call that failed. */
    public String call() {
        return call;
    }

    /** For the call that this thread has just made. */
    static LinuxException last(String call, byte[] file) {
        int errno = Native.getLastError();
        return new LinuxException(errno, call, Names.printable(file));
    }

    static void check(int result, String call, byte[] file) throws LinuxException {
        if (result < 0) {
            throw last(call, file);
        }
    }
}

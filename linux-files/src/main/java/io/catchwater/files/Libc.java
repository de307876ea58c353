package io.catchwater.files;

import com.sun.jna.Native;

/**
 * The C library's functions, under their own names. Sizes and file offsets are {@code long}: 64-bit Linux only.
 * After a result of -1 the reason is in {@link Native#getLastError()} of the same thread.
 */
final class Libc {

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int openat(int directory, byte[] path, int flags, int mode);

    static native int close(int descriptor);

    static native int dup(int descriptor);

    static native int statx(int directory, byte[] path, int flags, int mask, byte[] buffer);

    static native int fstatfs(int descriptor, byte[] buffer);

    static native int fstatvfs(int descriptor, byte[] buffer);

    static native long pread(int descriptor, long address, long count, long fileOffset);

    static native long pwrite(int descriptor, long address, long count, long fileOffset);

    static native int ftruncate(int descriptor, long size);

    static native int fallocate(int descriptor, int mode, long start, long length);

    static native long lseek(int descriptor, long fileOffset, int whence);

    static native int fsync(int descriptor);

    static native int fdatasync(int descriptor);

    static native int syncfs(int descriptor);

    static native int ioctl(int descriptor, long request, long argument);

    static native long copy_file_range(int in, byte[] inOffset, int out, byte[] outOffset, long length, int flags);

    static native int linkat(int oldDirectory, byte[] oldPath, int newDirectory, byte[] newPath, int flags);

    static native int unlinkat(int directory, byte[] path, int flags);

    static native int renameat2(int oldDirectory, byte[] oldPath, int newDirectory, byte[] newPath, int flags);

    static native int mkdirat(int directory, byte[] path, int mode);

    static native int symlinkat(byte[] target, int directory, byte[] path);

    static native long readlinkat(int directory, byte[] path, byte[] buffer, long size);

    static native int mknodat(int directory, byte[] path, int mode, long device);

    static native int fchmod(int descriptor, int mode);

    static native int fchmodat(int directory, byte[] path, int mode, int flags);

    static native int fchown(int descriptor, int uid, int gid);

    static native int fchownat(int directory, byte[] path, int uid, int gid, int flags);

    static native int futimens(int descriptor, byte[] times);

    static native int utimensat(int directory, byte[] path, byte[] times, int flags);

    static native int faccessat(int directory, byte[] path, int mode, int flags);

    static native long listxattr(byte[] path, byte[] list, long size);

    static native long llistxattr(byte[] path, byte[] list, long size);

    static native long getxattr(byte[] path, byte[] name, byte[] value, long size);

    static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size);

    static native int setxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

    static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

    static native int removexattr(byte[] path, byte[] name);

    static native int lremovexattr(byte[] path, byte[] name);

    static native int fanotify_init(int flags, int eventFlags);

    static native int fanotify_mark(int group, int flags, long mask, int directory, byte[] path);

    static native int poll(byte[] descriptors, long count, int timeoutMs);

    static native long read(int descriptor, long address, long count);

    static native int name_to_handle_at(int directory, byte[] path, byte[] handle, byte[] mountId, int flags);

    static native int open_by_handle_at(int mount, byte[] handle, int flags);

    static native long getdents64(int descriptor, long address, long size);

    static native long syscall(long number, int directory, byte[] path, byte[] how, long size);

    static native int shmget(int key, long size, int flags);

    static native long shmat(int segment, long address, int flags);

    static native int shmdt(long address);

    static native int shmctl(int segment, int command, byte[] buffer);

    static native int kill(int process, int signal);

    static native int geteuid();

    static native String strerror(int errno);
}

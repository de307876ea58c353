package io.catchwater.files;

/** A path leads through a symlink that another user could have made, or could change. */
public final class UntrustedSymlinkException extends LinuxException {

    private final String symlink;

    UntrustedSymlinkException(String symlink) {
        super(Errno.ELOOP, "openat", symlink);
        this.symlink = symlink;
    }

    /** Its path, as it was come to. */
    public String symlink() {
        return symlink;
    }
}

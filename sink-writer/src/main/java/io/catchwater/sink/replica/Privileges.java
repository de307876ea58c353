package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The kernel takes setuid, setgid and capabilities from a file that is written to. When the source's program writes, that
 * is as it should be; when the copy does, they have to stay. For one thread.
 */
final class Privileges {

    /** What a file's capabilities were before the copy wrote to it; only there while it does, and after a kill. */
    private static final String SAVED = ExtendedAttributes.TRUSTED + "catchwater.capability";

    private static final int SET_ID_BITS = 06000;

    private final boolean setIdStays;

    /** @param setIdStays true when this process may write without setuid and setgid being taken */
    Privileges(boolean setIdStays) {
        this.setIdStays = setIdStays;
    }

    interface Change {
        void run() throws IOException;
    }

    /** Changes a file's content and leaves its privileges as they were. */
    void keep(OpenFile file, Change change) throws IOException {
        Descriptor target = file.descriptor();
        ExtendedAttributes extended = ExtendedAttributes.of(target);
        FileStatus before = setIdStays ? null : Attributes.status(target);
        ByteBuffer capability = extended.value(ExtendedAttributes.CAPABILITY);
        if (capability != null) {
            save(extended, capability);
        }
        change.run();
        if (before != null && (before.permissions() & SET_ID_BITS) != 0) {
            Attributes.setMode(target, before.mode());
        }
        if (capability != null) {
            extended.set(ExtendedAttributes.CAPABILITY, capability);
            extended.remove(SAVED);
        }
    }

    private static void save(ExtendedAttributes extended, ByteBuffer capability) throws LinuxException {
        try {
            extended.set(SAVED, capability);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM && e.errno() != Errno.ENOSPC && e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }

    /** Gives back what a kill has left saved. */
    static void recover(Descriptor file) throws IOException {
        ExtendedAttributes extended = ExtendedAttributes.of(file);
        ByteBuffer saved = extended.value(SAVED);
        if (saved != null) {
            extended.set(ExtendedAttributes.CAPABILITY, saved);
            extended.remove(SAVED);
        }
    }
}

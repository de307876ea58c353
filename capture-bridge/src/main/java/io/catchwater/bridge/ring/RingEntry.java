package io.catchwater.bridge.ring;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;

/** One checked entry. It holds copies, so that the ring may be overwritten once it has been read. */
public sealed interface RingEntry {

    /** What every entry says. */
    Origin origin();

    /**
     * Where an entry comes from.
     *
     * @param position its ring position
     * @param flags FLAG_ bits
     * @param timeNs wall clock, nanoseconds since 1970
     * @param pid process that made the change
     * @param file what was changed; zeros where the kind has no file
     */
    record Origin(long position, int flags, long timeNs, int pid, FileId file) {

        /** True when no payload came along: the range has to be read from the file. */
        public boolean mustReread() {
            return (flags & RingLayout.FLAG_REREAD) != 0;
        }

        /** True when the change of names was made without the lock that gives their order. */
        public boolean unordered() {
            return (flags & RingLayout.FLAG_UNORDERED) != 0;
        }

        /** True when more entries of the same change follow. */
        public boolean continues() {
            return (flags & RingLayout.FLAG_CONTINUES) != 0;
        }
    }

    /** Nothing. */
    record Pad(Origin origin) implements RingEntry {}

    /**
     * Bytes in a file.
     *
     * @param start first file offset changed
     * @param end file offset after the last
     * @param content the bytes; empty when they have to be read again
     * @param firstPosition ring position of the change's first entry, 0 when this is the first
     */
    record Write(Origin origin, long start, long end, ByteBuffer content, long firstPosition) implements RingEntry {}

    /** Another size of a file, in bytes. */
    record Truncate(Origin origin, long size) implements RingEntry {}

    /**
     * A change of names.
     *
     * @param kind KIND_CREATE to KIND_ATTRIBUTES
     * @param parent directory that holds path
     * @param newParent directory that holds the new path; zeros where there is none
     * @param attributes after the change
     * @param links names the file has after the change
     * @param path absolute, or empty
     * @param newPath RENAME and EXCHANGE: absolute; else empty
     * @param target SYMLINK: what it points to; else empty
     */
    record Naming(
            Origin origin,
            int kind,
            FileId parent,
            FileId newParent,
            FileAttributes attributes,
            int links,
            ByteBuffer path,
            ByteBuffer newPath,
            ByteBuffer target)
            implements RingEntry {}

    /**
     * A program began under the hook.
     *
     * @param unknownSites sites of captured calls that could not be patched
     * @param interposed true when it is captured by symbol interposition only
     * @param executable path of the program
     */
    record ProgramBegan(Origin origin, int unknownSites, boolean interposed, ByteBuffer executable)
            implements RingEntry {}

    /**
     * A program asked for io_uring.
     *
     * @param granted true when it has it
     * @param executable path of the program
     */
    record IoUringAsked(Origin origin, boolean granted, ByteBuffer executable) implements RingEntry {}

    /**
     * A program asked for kernel AIO and was denied it.
     *
     * @param executable path of the program
     */
    record KernelAioDenied(Origin origin, ByteBuffer executable) implements RingEntry {}

    /** The file is mapped shared and writable. */
    record Mapped(Origin origin) implements RingEntry {}
}

package io.catchwater.files;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the names in a directory, in the kernel's order, without "." and "..". A name that is made or removed
 * meanwhile may or may not be among them.
 *
 * <p>One thread; one reader per descriptor at a time, since the position belongs to the descriptor.
 */
public final class DirectoryReader {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int NAME_AT = 19;
    private static final int LENGTH_AT = 16;
    private static final int TYPE_AT = 18;
    /** d_type is the type bits of st_mode, shifted. */
    private static final int TYPE_SHIFT = 12;

    private static final int SEEK_SET = 0;

    private final Descriptor directory;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));

    /** A name found. */
    public static final class Entry {
        private final byte[] name;
        private final long inode;
        private final FileType type;

        private Entry(byte[] name, long inode, FileType type) {
            this.name = name;
            this.inode = inode;
            this.type = type;
        }

        /** One component. */
        public byte[] name() {
            return name;
        }

        /** Number of what it names; of a mount point that of the directory below it. */
        public long inode() {
            return inode;
        }

        /** {@link FileType#UNKNOWN} where the file system does not say. */
        public FileType type() {
            return type;
        }
    }

    /**
     * Begins at the first name.
     *
     * @param directory open for reading; stays open
     */
    public DirectoryReader(Descriptor directory) throws LinuxException {
        this.directory = directory;
        buffer.limit(0);
        LinuxException.check((int) Libc.lseek(directory.number(), 0, SEEK_SET), "lseek", directory.label());
    }

    /** All names at once, in ascending order of their bytes. */
    public static List<Entry> sorted(Descriptor directory) throws LinuxException {
        DirectoryReader reader = new DirectoryReader(directory);
        List<Entry> entries = new ArrayList<>();
        for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        entries.sort(Comparator.comparing(Entry::name, Arrays::compareUnsigned));
        return entries;
    }

    /** True when there is no name in a directory. */
    public static boolean isEmpty(Descriptor directory) throws LinuxException {
        return new DirectoryReader(directory).next() == null;
    }

    /** @return null after the last name */
    public Entry next() throws LinuxException {
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                return null;
            }
            Entry entry = decode();
            if (!isDots(entry.name())) {
                return entry;
            }
        }
    }

    private boolean fill() throws LinuxException {
        long count = Libc.getdents64(directory.number(), address, BUFFER_BYTES);
        if (count < 0) {
            throw LinuxException.last("getdents64", directory.label());
        }
        buffer.position(0).limit((int) count);
        return count > 0;
    }

    private Entry decode() {
        int at = buffer.position();
        int length = buffer.getShort(at + LENGTH_AT) & 0xFFFF;
        int end = at + NAME_AT;
        while (buffer.get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - at - NAME_AT];
        buffer.get(at + NAME_AT, name);
        FileType type = FileType.of((buffer.get(at + TYPE_AT) & 0xF) << TYPE_SHIFT);
        long inode = buffer.getLong(at);
        buffer.position(at + length);
        return new Entry(name, inode, type);
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }
}

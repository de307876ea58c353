package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.*;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.AtomicBuffer;

/** Turns the bytes of an entry, whose length is already known to be inside the ring, into a {@link RingEntry}. */
final class EntryDecoder {

    static final FileId NO_FILE = new FileId(0L, 0L, 0L);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final RingMemory memory;
    private final AtomicBuffer buffer;

    EntryDecoder(RingMemory memory) {
        this.memory = memory;
        this.buffer = memory.buffer();
    }

    /** @throws RingDamage when its parts contradict each other */
    RingEntry decode(long position, int kind, int length) {
        int at = memory.entryIndex(position);
        RingEntry.Origin origin = new RingEntry.Origin(
                position,
                buffer.getShort(at + ENTRY_FLAGS) & 0xFFFF,
                buffer.getLong(at + ENTRY_TIME_NS),
                buffer.getInt(at + ENTRY_PID),
                memory.fileId(at + ENTRY_DEVICE));
        int payload = length - (int) ENTRY_HEADER_BYTES;
        return switch (kind) {
            case KIND_WRITE -> write(origin, at, payload);
            case KIND_TRUNCATE -> truncate(origin, at);
            case KIND_CREATE,
                    KIND_MKDIR,
                    KIND_LINK,
                    KIND_SYMLINK,
                    KIND_MKNOD,
                    KIND_RENAME,
                    KIND_EXCHANGE,
                    KIND_UNLINK,
                    KIND_RMDIR,
                    KIND_ATTRIBUTES -> naming(origin, kind, at + (int) ENTRY_HEADER_BYTES, payload);
            case KIND_PROCESS -> process(origin, at + (int) ENTRY_HEADER_BYTES, payload);
            case KIND_MAPPED -> new RingEntry.Mapped(origin);
            case KIND_IO_URING ->
                new RingEntry.IoUringAsked(
                        origin,
                        buffer.getLong(at + ENTRY_SIZE) != 0,
                        executable(origin, at + (int) ENTRY_HEADER_BYTES, payload));
            case KIND_KERNEL_AIO ->
                new RingEntry.KernelAioDenied(origin, executable(origin, at + (int) ENTRY_HEADER_BYTES, payload));
            default -> throw RingReader.damage(position, kind, length, "a kind that is not known");
        };
    }

    private RingEntry write(RingEntry.Origin origin, int at, int payload) {
        long start = buffer.getLong(at + ENTRY_FILE_OFFSET);
        long size = buffer.getLong(at + ENTRY_SIZE);
        long firstPosition = buffer.getLong(at + ENTRY_FIRST_POSITION);
        boolean continued = (origin.flags() & FLAG_CONTINUED) != 0;
        boolean firstFits =
                continued ? firstPosition >= FIRST_POSITION && firstPosition < origin.position() : firstPosition == 0;
        if (start < 0 || size < 0 || !firstFits || payload != (origin.mustReread() ? 0 : size)) {
            throw new RingDamage("WRITE at ring position " + origin.position() + ": file offset " + start + ", size "
                    + size + ", payload " + payload + ", first position " + firstPosition + ", flags "
                    + origin.flags());
        }
        long end = size > UNBOUNDED - start ? UNBOUNDED : start + size;
        return new RingEntry.Write(origin, start, end, bytes(at + (int) ENTRY_HEADER_BYTES, payload), firstPosition);
    }

    private RingEntry truncate(RingEntry.Origin origin, int at) {
        long size = buffer.getLong(at + ENTRY_SIZE);
        if (size < 0) {
            throw new RingDamage("TRUNCATE at ring position " + origin.position() + ": size " + size);
        }
        return new RingEntry.Truncate(origin, size);
    }

    private RingEntry naming(RingEntry.Origin origin, int kind, int at, int payload) {
        int path = payload < NAMES_BYTES ? 0 : buffer.getShort(at + NAMES_PATH_LENGTH) & 0xFFFF;
        int newPath = payload < NAMES_BYTES ? 0 : buffer.getShort(at + NAMES_NEW_PATH_LENGTH) & 0xFFFF;
        int target = payload < NAMES_BYTES ? 0 : buffer.getShort(at + NAMES_TARGET_LENGTH) & 0xFFFF;
        int said = payload < NAMES_BYTES ? 0 : buffer.getShort(at + NAMES_EXTENDED_LENGTH) & 0xFFFF;
        int extended = said == EXTENDED_UNSAID ? 0 : said;
        if (payload != NAMES_BYTES + path + newPath + target + extended) {
            throw new RingDamage("change of names, kind " + kind + ", at ring position " + origin.position()
                    + ": payload " + payload + ", paths of " + path + ", " + newPath + ", " + target
                    + ", extended attributes of " + extended);
        }
        int paths = at + (int) NAMES_BYTES;
        FileAttributes attributes = new FileAttributes(
                buffer.getInt(at + NAMES_MODE),
                buffer.getInt(at + NAMES_UID),
                buffer.getInt(at + NAMES_GID),
                buffer.getLong(at + NAMES_MODIFIED_NS),
                buffer.getLong(at + NAMES_CONTENT_SIZE),
                buffer.getLong(at + NAMES_SPECIAL_DEVICE),
                said == EXTENDED_UNSAID ? null : extended(origin, paths + path + newPath + target, extended),
                (origin.flags() & FLAG_TRUSTED_UNSEEN) != 0);
        return new RingEntry.Naming(
                origin,
                kind,
                memory.fileId(at + NAMES_PARENT_DEVICE),
                memory.fileId(at + NAMES_NEW_PARENT_DEVICE),
                attributes,
                buffer.getInt(at + NAMES_LINKS),
                bytes(paths, path),
                bytes(paths + path, newPath),
                bytes(paths + path + newPath, target));
    }

    private Map<String, ByteBuffer> extended(RingEntry.Origin origin, int at, int length) {
        if (length == 0) {
            return Map.of();
        }
        Map<String, ByteBuffer> attributes = new HashMap<>();
        int end = at + length;
        for (int next = at; next < end; ) {
            int head = next;
            int name = end - head < EXTENDED_BYTES ? 0 : buffer.getShort(head + EXTENDED_NAME_LENGTH) & 0xFFFF;
            int value = name == 0 ? 0 : buffer.getShort(head + EXTENDED_VALUE_LENGTH) & 0xFFFF;
            next = head + (int) EXTENDED_BYTES + name + value;
            if (name == 0 || next > end) {
                throw new RingDamage("extended attributes at ring position " + origin.position() + ": " + (end - head)
                        + " bytes left, name of " + name + ", value of " + value);
            }
            byte[] text = new byte[name];
            buffer.getBytes(head + (int) EXTENDED_BYTES, text);
            attributes.put(new String(text, StandardCharsets.ISO_8859_1), bytes(next - value, value));
        }
        return attributes;
    }

    private RingEntry process(RingEntry.Origin origin, int at, int payload) {
        ByteBuffer executable = executable(origin, at, payload);
        return new RingEntry.ProgramBegan(
                origin,
                buffer.getInt(at + PROCESS_UNKNOWN_SITES),
                buffer.getInt(at + PROCESS_INTERPOSED) != 0,
                executable);
    }

    private ByteBuffer executable(RingEntry.Origin origin, int at, int payload) {
        int path = payload < PROCESS_BYTES ? 0 : buffer.getShort(at + PROCESS_PATH_LENGTH) & 0xFFFF;
        if (payload < PROCESS_BYTES + path) {
            throw new RingDamage("a program's entry at ring position " + origin.position() + ": payload " + payload);
        }
        return bytes(at + (int) PROCESS_BYTES, path);
    }

    private ByteBuffer bytes(int at, int length) {
        if (length == 0) {
            return NOTHING;
        }
        byte[] copy = new byte[length];
        buffer.getBytes(at, copy);
        return ByteBuffer.wrap(copy);
    }
}

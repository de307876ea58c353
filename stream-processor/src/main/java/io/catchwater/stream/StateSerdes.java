package io.catchwater.stream;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** How the processor's own state is kept; nobody else reads it. */
final class StateSerdes {

    private static final byte VERSION = 2;
    private static final int PARTITION_BYTES = 1 + 8 * Long.BYTES;
    private static final int FILE_BYTES_LIMIT = 1 + 1 + 2 * Long.BYTES + 1 + 4 * Long.BYTES + 1 + Long.BYTES;

    private StateSerdes() {}

    static Serde<PartitionProgress> partitionProgress() {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : write(value),
                (topic, bytes) -> bytes == null ? null : readPartition(versioned(topic, bytes)));
    }

    static Serde<FileProgress> fileProgress() {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : write(value),
                (topic, bytes) -> bytes == null ? null : readFile(versioned(topic, bytes)));
    }

    private static ByteBuffer versioned(String topic, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte version = buffer.get();
        if (version != VERSION) {
            throw new SerializationException(topic + ": state of version " + version + ", known is " + VERSION);
        }
        return buffer;
    }

    private static byte[] write(PartitionProgress value) {
        return ByteBuffer.allocate(PARTITION_BYTES)
                .put(VERSION)
                .putLong(value.lastLsn())
                .putLong(value.lastChangeLsn())
                .putLong(value.baseCopyId())
                .putLong(value.listing().copyId())
                .putLong(value.listing().length())
                .putLong(value.listing().sent())
                .putLong(value.deferredFrom())
                .putLong(value.deferredTo())
                .array();
    }

    private static PartitionProgress readPartition(ByteBuffer from) {
        return new PartitionProgress(
                from.getLong(),
                from.getLong(),
                from.getLong(),
                new ListingProgress(from.getLong(), from.getLong(), from.getLong()),
                from.getLong(),
                from.getLong());
    }

    private static byte[] write(FileProgress value) {
        ByteBuffer to = ByteBuffer.allocate(FILE_BYTES_LIMIT).put(VERSION);
        write(to, value.content());
        write(to, value.window());
        byte[] bytes = new byte[to.position()];
        to.flip().get(bytes);
        return bytes;
    }

    private static void write(ByteBuffer to, Content content) {
        if (content instanceof Content.GivenUp givenUp) {
            to.put((byte) 1).putLong(givenUp.copyId());
        } else if (content instanceof Content.Copying copying) {
            to.put((byte) 2).putLong(copying.copyId()).putLong(copying.progress());
        } else {
            to.put((byte) (content instanceof Content.Complete ? 3 : 0));
        }
    }

    private static void write(ByteBuffer to, Window window) {
        if (window instanceof Window.Open open) {
            to.put((byte) 1).putLong(open.copyId()).putLong(open.windowId());
            to.putLong(open.start()).putLong(open.end());
            SizeFold fold = open.sizeFold();
            to.put((byte) (fold.truncated() ? 1 : 0)).putLong(fold.size());
        } else if (window instanceof Window.Unwanted unwanted) {
            to.put((byte) 2).putLong(unwanted.copyId()).putLong(unwanted.windowId());
        } else {
            to.put((byte) 0);
        }
    }

    private static FileProgress readFile(ByteBuffer from) {
        return new FileProgress(readContent(from), readWindow(from));
    }

    private static Content readContent(ByteBuffer from) {
        byte kind = from.get();
        return switch (kind) {
            case 0 -> new Content.Unknown();
            case 1 -> new Content.GivenUp(from.getLong());
            case 2 -> new Content.Copying(from.getLong(), from.getLong());
            case 3 -> new Content.Complete();
            default -> throw new SerializationException("no such content of a file: " + kind);
        };
    }

    private static Window readWindow(ByteBuffer from) {
        byte kind = from.get();
        return switch (kind) {
            case 0 -> new Window.None();
            case 1 ->
                new Window.Open(
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        new SizeFold(from.get() != 0, from.getLong()));
            case 2 -> new Window.Unwanted(from.getLong(), from.getLong());
            default -> throw new SerializationException("no such window of a file: " + kind);
        };
    }
}

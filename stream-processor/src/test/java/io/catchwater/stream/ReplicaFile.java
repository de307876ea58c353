package io.catchwater.stream;

import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.Range;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** What a sink would make of a file's operations, in memory. */
final class ReplicaFile {

    private final List<byte[]> chunks;
    private byte[] bytes;

    /**
     * @param chunks the chunks topic: bytes by Kafka offset
     * @param before what an earlier copy has left here
     */
    ReplicaFile(List<byte[]> chunks, byte[] before) {
        this.chunks = chunks;
        this.bytes = before;
    }

    byte[] bytes() {
        return bytes;
    }

    void apply(Operation operation) {
        Object body = operation.getBody();
        if (body instanceof WriteBytes write) {
            for (Extent extent : write.getExtents()) {
                put(extent.getFileOffset(), extent.getContent());
            }
        } else if (body instanceof Resize resize) {
            bytes = Arrays.copyOf(bytes, (int) resize.getSize());
        } else if (body instanceof NewFile || body instanceof Gone) {
            bytes = new byte[0];
        } else if (body instanceof PlaceChunk chunk) {
            place(chunk);
        } else {
            throw new AssertionError("unexpected: " + body);
        }
    }

    private void place(PlaceChunk chunk) {
        for (ChunkPart part : chunk.getParts()) {
            byte[] from = chunks.get((int) part.getKafkaOffset());
            put(part.getFileOffset(), ByteBuffer.wrap(from, part.getSkip(), part.getLength()));
        }
        for (Range zeros : chunk.getZeros()) {
            put(zeros.getStart(), ByteBuffer.allocate((int) (zeros.getEnd() - zeros.getStart())));
        }
        if (chunk.getSize() >= 0) {
            bytes = Arrays.copyOf(bytes, (int) chunk.getSize());
        }
    }

    private void put(long fileOffset, ByteBuffer content) {
        int end = (int) fileOffset + content.remaining();
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, end);
        }
        content.duplicate().get(bytes, (int) fileOffset, content.remaining());
    }
}

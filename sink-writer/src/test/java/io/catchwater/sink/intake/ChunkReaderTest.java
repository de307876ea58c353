package io.catchwater.sink.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.FileId;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.replica.FileKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);

    private final TestStream stream = new TestStream(Topics.chunks("app"), 2);
    private ChunkReader reader;

    @BeforeEach
    void open() {
        stream.holds(1, 0, 10);
        reader = new ChunkReader(stream.consumer, stream.reader(Chunk.class), "app", 2);
        for (int i = 0; i < 5; i++) {
            putChunk(i);
        }
    }

    private void putChunk(int number) {
        ByteBuffer content = ByteBuffer.wrap(("chunk" + number).getBytes(StandardCharsets.US_ASCII));
        stream.put(1, number, stream.bytes(new Chunk(9L, FILE, number * 100L, content)));
    }

    private String read(long kafkaOffset, long fileOffset, int skip, int length) throws IOException {
        ByteBuffer bytes = reader.read(1, FileKey.of(FILE), new ChunkPart(fileOffset, length, skip, kafkaOffset));
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }

    @Test
    void readsPartsInOrderAndBackwards() throws IOException {
        assertThat(read(0, 0, 0, 6)).isEqualTo("chunk0");
        assertThat(read(3, 302, 2, 4)).isEqualTo("unk3");
        assertThat(read(1, 100, 0, 2)).isEqualTo("ch");
        // Used and forgotten: it is read from Kafka once more.
        putChunk(3);
        assertThat(read(3, 300, 0, 1)).isEqualTo("c");
    }

    @Test
    void findsAChunkHoweverMuchComesWithIt() throws IOException {
        int chunks = 2 * (int) (ChunkReader.KEPT_BYTES_LIMIT >> 20);
        for (int i = 5; i < chunks; i++) {
            stream.put(1, i, stream.bytes(new Chunk(9L, FILE, i * 100L, ByteBuffer.allocate(1 << 20))));
        }
        assertThat(read(0, 0, 0, 6)).isEqualTo("chunk0");
        for (int round = 0; round < 3; round++) {
            assertThat(read(chunks - 1, 100L * (chunks - 1), 0, 1)).hasSize(1);
        }
    }

    @Test
    void whatDoesNotFitThePartIsRefused() {
        assertRefused(() -> read(0, 1, 0, 6));
        assertRefused(() -> read(0, 0, 0, 7));
        assertRefused(() -> read(0, 2, 2, 5));
        assertRefused(() -> read(0, -1, -1, 2));
        assertRefused(() -> reader.read(1, new FileKey(7, 7, 7), new ChunkPart(0L, 6, 0, 0L)));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("is not the chunk that the operation names");
    }

    @Test
    void aChunkThatIsGoneIsAFault() {
        stream.put(1, 9, stream.bytes(new Chunk(9L, FILE, 0L, ByteBuffer.allocate(1))));
        assertThatThrownBy(() -> read(7, 0, 0, 1))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("Kafka offset 7: is no longer there");
    }
}

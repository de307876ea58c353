package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.OpenFlags;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.seal.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holes end to end: what is a hole in the source is one in replica, snapshot and restore, and costs nothing. */
final class HolesIT {

    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_UNIT_BYTES = 512;

    /** For what the file systems themselves need more or less of. */
    private static final long SLACK_BYTES = 64 << 10;

    /** Reading, or hashing, one terabyte of zeros takes longer. */
    private static final Duration QUICK = Duration.ofMinutes(5);

    @Test
    void holesStayHoles() throws Exception {
        try (Workplace place = new Workplace()) {
            Path source = Files.createTempDirectory(place.disk, "source");
            CProgram program = new CProgram(place, "holes");
            program.run(Map.of(), source, "before");
            try (Pipeline pipeline = new Pipeline(place, source, Breakage.UNAUDITED);
                    Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
                long began = System.nanoTime();
                pipeline.awaitBase();
                Path first = snapshot(place, commands, "holes-of-the-base-copy");
                assertSame(source, first);
                program.run(pipeline.environment(), source, "during");
                Path second = snapshot(place, commands, "holes-after-changes");
                pipeline.awaitReplica(pipeline.finish());
                Path restored = pipeline.restore(new RestorePoint.Latest()).destination();
                for (Path copy : List.of(pipeline.replica, second, restored)) {
                    assertSame(source, copy);
                }
                assertThat(Verification.verify(second).differences()).isEmpty();
                assertThat(Verification.verify(restored).differences()).isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(QUICK);
            }
        }
    }

    private static Path snapshot(Workplace place, Commands commands, String id) throws Exception {
        Path destination = place.directory("snapshot");
        commands.snapshot(id, destination);
        Status status = commands.await(id);
        assertThat(status.getState()).as("%s", status).isEqualTo(State.COMPLETED);
        return destination;
    }

    private static void assertSame(Path source, Path copy) throws IOException {
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                Path twin = copy.resolve(file.getFileName());
                try (Descriptor one = Descriptor.open(file, OpenFlags.READ, 0);
                        Descriptor other = Descriptor.open(twin, OpenFlags.READ, 0)) {
                    assertSame(one, other);
                }
            }
        }
    }

    private static void assertSame(Descriptor one, Descriptor other) throws IOException {
        long size = Attributes.status(one).size();
        assertThat(Attributes.status(other).size()).as("size of %s", other).isEqualTo(size);
        long data = 0;
        // What is data in either has the same bytes in both; what is data in the copy is data in the source.
        for (long at = Content.nextData(other, 0); at >= 0; at = Content.nextData(other, at)) {
            long end = Content.nextHole(other, at);
            data += end - at;
            for (; at < end; at += BLOCK_BYTES) {
                assertThat(isData(one, at)).as("%s has data at %d", other, at).isTrue();
                assertThat(block(other, at)).as("%s at %d", other, at).isEqualTo(block(one, at));
            }
        }
        for (long at = Content.nextData(one, 0); at >= 0; at = Content.nextData(one, at)) {
            long end = Content.nextHole(one, at);
            for (; at < end; at += BLOCK_BYTES) {
                assertThat(block(other, at)).as("%s at %d", other, at).isEqualTo(block(one, at));
            }
        }
        assertThat(Attributes.status(other).blocks() * BLOCKS_UNIT_BYTES)
                .as("blocks of %s", other)
                .isLessThanOrEqualTo(data + SLACK_BYTES);
    }

    private static boolean isData(Descriptor file, long at) throws IOException {
        long data = Content.nextData(file, at);
        return data >= 0 && data < at + BLOCK_BYTES;
    }

    private static ByteBuffer block(Descriptor file, long at) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        Content.readFully(file, block, at);
        return block.flip();
    }
}

package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.ring.RingLayout;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Extended attributes, ACLs and capabilities end to end: source, replica, snapshot and restore are told apart by nobody. */
final class ExtendedAttributesIT {

    private static final int CHANGES = 4000;

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    @BeforeAll
    static void onlyWhereAllOfThemCanBeSet() {
        assumeTrue(ExtendedAttributes.maySeeTrusted(), "needs CAP_SYS_ADMIN");
    }

    @Test
    void replicaSnapshotAndRestoreHaveThem() throws Exception {
        try (Workplace place = new Workplace()) {
            Path source = Files.createTempDirectory(place.disk, "source");
            Path outside = Files.createTempDirectory(place.disk, "outside");
            CProgram program = new CProgram(place, "attributes");
            program.run(Map.of(), source, outside, "before");
            try (Pipeline pipeline = new Pipeline(place, source, Breakage.UNAUDITED);
                    Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
                // While the base copy is made, so that changes fall before, into and behind its windows.
                program.run(pipeline.environment(), source, outside, "churn", seed, CHANGES);
                pipeline.awaitBase();
                program.run(pipeline.environment(), source, outside, "during");
                program.run(pipeline.environment(), source, outside, "arrive");
                program.run(pipeline.environment(), source, outside, "unprivileged");
                program.run(pipeline.environment(), source, outside, "churn", seed + 1, CHANGES);
                Path snapshot = place.directory("snapshot");
                commands.snapshot("with-attributes", snapshot);
                Status status = commands.await("with-attributes");
                assertThat(status.getState()).as("%s", status).isEqualTo(State.COMPLETED);
                assertThat(status.getUncovered()).isEmpty();
                pipeline.awaitReplica(pipeline.finish());
                Path restored = pipeline.restore(new RestorePoint.Latest()).destination();
                Map<String, String> expected = describe(source);
                assertThat(expected.values()).anyMatch(line -> line.contains("security.capability"));
                for (Path copy : new Path[] {pipeline.replica, snapshot, restored}) {
                    assertThat(describe(copy)).as("seed %d, %s", seed, copy).isEqualTo(expected);
                }
                for (Path sealed : new Path[] {snapshot, restored}) {
                    assertThat(Verification.verify(sealed).differences()).isEmpty();
                }
            }
        }
    }

    /** More than an entry takes is read from the file; more than the destination takes is named. */
    @Test
    void largeValuesAreReadFromTheFileAndNamedWhereTheyDoNotFit() throws Exception {
        try (Workplace place = new Workplace()) {
            Path source = place.directory("source");
            Path outside = place.directory("outside");
            CProgram program = new CProgram(place, "attributes");
            assumeTrue(roomForLargeValues(outside), "the file system has no room for large values");
            Files.writeString(source.resolve("file"), "there before the base copy");
            try (Pipeline pipeline = new Pipeline(place, source, Breakage.UNAUDITED);
                    Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
                pipeline.awaitBase();
                program.run(pipeline.environment(), source, outside, "large");
                Path snapshot = Files.createTempDirectory(place.disk, "snapshot");
                commands.snapshot("with-large-values", snapshot);
                Status status = commands.await("with-large-values");
                assertThat(status.getState()).as("%s", status).isEqualTo(State.COMPLETED);
                pipeline.awaitReplica(pipeline.finish());
                assertThat(describe(source).get("large-values")).contains("user.large-1");
                assertThat(describe(pipeline.replica)).isEqualTo(describe(source));
                assertThat(Verification.verify(snapshot).differences()).isEmpty();
                if (!roomForLargeValues(place.disk)) {
                    assertThat(status.getUncovered())
                            .anyMatch(line -> line.startsWith("large-values: extended attribute user.large-"));
                    assertThat(Files.readString(snapshot.resolve(Manifest.NAME)))
                            .contains("\"unkept\":[\"user.large-");
                }
            }
        }
    }

    private static boolean roomForLargeValues(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, "probe", "");
        try (Descriptor file = Descriptor.open(probe, OpenFlags.READ, 0)) {
            ByteBuffer value = ByteBuffer.allocate(40000);
            return ExtendedAttributes.of(file)
                    .replace(Map.of("user.a", value, "user.b", value), true)
                    .isEmpty();
        } finally {
            Files.delete(probe);
        }
    }

    @Test
    void changesThatAreNotRecordedAreFound() throws Exception {
        try (Workplace place = new Workplace()) {
            Path source = Files.createTempDirectory(place.disk, "source");
            Path outside = Files.createTempDirectory(place.disk, "outside");
            CProgram program = new CProgram(place, "attributes");
            program.run(Map.of(), source, outside, "before");
            try (Pipeline pipeline = new Pipeline(place, source, Breakage.disabledKind(RingLayout.KIND_ATTRIBUTES));
                    Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
                pipeline.awaitBase();
                program.run(pipeline.environment(), source, outside, "during");
                Path snapshot = place.directory("snapshot");
                commands.snapshot("without-attributes", snapshot);
                Status status = commands.await("without-attributes");
                assertThat(status.getState()).as("%s", status).isEqualTo(State.COMPLETED);
                Map<String, String> copy = describe(snapshot);
                Map<String, String> expected = describe(source);
                assertThat(copy.keySet()).isEqualTo(expected.keySet());
                for (String path : new String[] {"user", "plain", "acl"}) {
                    // Whoever finds it otherwise, and reads it again, says so.
                    boolean named = status.getUncovered().stream().anyMatch(line -> line.startsWith(path + ": "));
                    assertThat(named || !copy.get(path).equals(expected.get(path)))
                            .as("%s: %s, %s", path, copy.get(path), status.getUncovered())
                            .isTrue();
                }
            }
        }
    }

    /** One line for each path: type, mode, owner and all extended attributes. */
    private static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        try (Descriptor directory = Descriptor.openDirectory(root)) {
            lines.put("", line(Attributes.status(directory), ExtendedAttributes.of(directory)));
            describe("", directory, lines);
        }
        lines.remove(Manifest.NAME);
        return lines;
    }

    private static void describe(String above, Descriptor directory, Map<String, String> lines) throws IOException {
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(directory)) {
            String path = above + new String(entry.name(), StandardCharsets.UTF_8);
            FileStatus status = Attributes.status(directory, entry.name());
            lines.put(path, line(status, ExtendedAttributes.of(directory, entry.name())));
            if (status.type() == FileType.DIRECTORY) {
                int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
                try (Descriptor below = Names.open(directory, entry.name(), flags, 0)) {
                    describe(path + "/", below, lines);
                }
            }
        }
    }

    private static String line(FileStatus status, ExtendedAttributes extended) throws IOException {
        StringBuilder line = new StringBuilder()
                .append(Integer.toOctalString(status.mode()))
                .append(" %d:%d".formatted(status.uid(), status.gid()));
        for (Map.Entry<String, ByteBuffer> each : extended.read().entrySet()) {
            byte[] value = new byte[each.getValue().remaining()];
            each.getValue().duplicate().get(value);
            line.append(' ')
                    .append(each.getKey())
                    .append('=')
                    .append(HexFormat.of().formatHex(value));
        }
        return line.toString();
    }
}

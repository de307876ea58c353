package io.catchwater.sink.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extended attributes in a replica: set as told, named where they can't be. */
final class ExtendedReplicaTest {

    private static final FileId NO_DIRECTORY = new FileId(0L, 0L, 0L);
    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final byte[] NAME = {'f'};

    /** cap_chown, permitted. */
    private static final ByteBuffer CAPABILITY =
            ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

    /** owner rw, user 1234 r, group r, mask r, others none. */
    private static final ByteBuffer ACL = ByteBuffer.wrap(new byte[] {
        2, 0, 0, 0, 1, 0, 6, 0, -1, -1, -1, -1, 2, 0, 4, 0, -46, 4, 0, 0, 4, 0, 4, 0, -1, -1, -1, -1, 16, 0, 4, 0, -1,
        -1, -1, -1, 32, 0, 0, 0, -1, -1, -1, -1
    });

    @TempDir
    private Path folder;

    private TestReplica target;
    private Replica replica;
    private long lsn = 1;

    @BeforeEach
    void open() throws IOException {
        target = new TestReplica(folder);
        replica = new Replica(target.place, ExtendedReplicaTest::chunk, Barrier.NONE, ReplicaStart.EMPTY);
        apply(new CopyBegun(1L, true, "", 1L));
    }

    @AfterEach
    void close() throws IOException {
        replica.close();
        target.close();
    }

    private static ByteBuffer chunk(int partition, FileKey file, ChunkPart part) {
        return ByteBuffer.allocate(part.getLength());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void apply(Object body) throws IOException {
        replica.apply(0, lsn, new Operation(lsn++, 0L, body));
    }

    private static FileAttributes attributes(int mode, Map<String, ByteBuffer> extended, boolean trustedUnseen) {
        return new FileAttributes(mode, 0, 0, 0L, 0L, 0L, extended, trustedUnseen);
    }

    private void list(int mode, Map<String, ByteBuffer> extended) throws IOException {
        apply(new TreeBegun(1L, attributes(040755, Map.of(), false)));
        apply(new TreeName(ByteBuffer.wrap(NAME), FILE, attributes(mode, extended, false), ByteBuffer.allocate(0)));
        apply(new TreeEnded(1L));
    }

    private void change(int mode, Map<String, ByteBuffer> extended, boolean trustedUnseen) throws IOException {
        apply(new NameChanged(
                NameChangeKind.ATTRIBUTES,
                FILE,
                attributes(mode, extended, trustedUnseen),
                new Place(NO_DIRECTORY, ByteBuffer.wrap(NAME)),
                null,
                ByteBuffer.allocate(0)));
    }

    private Map<String, ByteBuffer> present() throws IOException {
        return ExtendedAttributes.of(target.place.root(), NAME).read();
    }

    private int permissions() throws IOException {
        return Attributes.status(target.place.root(), NAME).permissions();
    }

    @Test
    void changesSetAndRemoveAndMayTellNothing() throws IOException {
        list(0100644, Map.of("user.a", bytes("1")));
        assertThat(present()).isEqualTo(Map.of("user.a", bytes("1")));
        change(0100600, Map.of("user.b", bytes("2")), false);
        assertThat(present()).isEqualTo(Map.of("user.b", bytes("2")));
        change(0100644, null, false);
        assertThat(present()).isEqualTo(Map.of("user.b", bytes("2")));
        change(0100644, Map.of(), false);
        assertThat(present()).isEmpty();
        assertThat(replica.takeUnkept()).isEmpty();
    }

    @Test
    void anAclAndTheModeAreBothAsTold() throws IOException {
        list(0100640, Map.of("system.posix_acl_access", ACL));
        assertThat(present()).containsEntry("system.posix_acl_access", ACL);
        assertThat(permissions()).isEqualTo(0640);
        change(0100604, Map.of(), false);
        assertThat(present()).isEmpty();
        assertThat(permissions()).isEqualTo(0604);
    }

    @Test
    void theCopyLeavesCapabilitiesAndTheProgramTakesThem() throws IOException {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        Map<String, ByteBuffer> capability = Map.of("security.capability", CAPABILITY);
        list(0104755, capability);
        apply(new PlaceChunk(1L, FILE, List.of(new ChunkPart(0L, 100, 0, 0L)), List.of(), true, 5000L, 0L));
        assertThat(present()).isEqualTo(capability);
        assertThat(permissions()).isEqualTo(04755);
        apply(new WriteBytes(FILE, List.of(new Extent(0L, bytes("x"))), false, 0L));
        assertThat(present()).isEmpty();
    }

    @Test
    void capabilitiesThatAKillLeftSavedComeBack() throws IOException {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        list(0100755, Map.of());
        ExtendedAttributes.of(target.place.root(), NAME).set("trusted.catchwater.capability", CAPABILITY);
        replica.close();
        replica = new Replica(target.place, ExtendedReplicaTest::chunk, Barrier.NONE, ReplicaStart.EMPTY);
        apply(new PlaceChunk(1L, FILE, List.of(new ChunkPart(0L, 100, 0, 0L)), List.of(), true, 5000L, 0L));
        assertThat(present()).isEqualTo(Map.of("security.capability", CAPABILITY));
    }

    @Test
    void trustedOnesStayWhereTheProgramCouldNotSeeThem() throws IOException {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        list(0100644, Map.of("trusted.a", bytes("1"), "user.a", bytes("1")));
        change(0100600, Map.of(), true);
        assertThat(present()).isEqualTo(Map.of("trusted.a", bytes("1")));
        change(0100600, Map.of(), false);
        assertThat(present()).isEmpty();
    }

    @Test
    void whatCannotBeSetIsNamed() throws IOException {
        list(0100644, Map.of("user.a", bytes("1"), "system.posix_acl_access", bytes("nonsense")));
        assertThat(present()).isEqualTo(Map.of("user.a", bytes("1")));
        assertThat(replica.takeUnkept()).singleElement().satisfies(uncovered -> {
            assertThat(uncovered.getPath()).isEqualTo(ByteBuffer.wrap(NAME));
            assertThat(uncovered.getReason()).startsWith("extended attribute system.posix_acl_access: ");
        });
        assertThat(replica.takeUnkept()).isEmpty();
    }

    @Test
    void theRootHasItsOwn() throws IOException {
        apply(new TreeBegun(1L, attributes(040755, Map.of("user.root", bytes("r")), false)));
        apply(new TreeEnded(1L));
        try (Descriptor root = target.place.root().duplicate()) {
            assertThat(ExtendedAttributes.of(root).read()).isEqualTo(Map.of("user.root", bytes("r")));
        }
    }
}

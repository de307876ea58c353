package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OrderTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final FileId DIRECTORY = new FileId(1L, 1L, 3L);
    private static final FileAttributes ATTRIBUTES = new FileAttributes(0100644, 0, 0, 0L, 0L, 0L, null, false);

    private final Pipeline pipeline = new Pipeline(true);

    @AfterEach
    void close() {
        pipeline.close();
    }

    @Test
    void changesSentAgainAreDroppedAlsoAfterARestart() {
        pipeline.send(5, new Created(FILE));
        assertThat(pipeline.send(6, write())).hasSize(1);
        assertThat(pipeline.send(6, write())).isEmpty();
        pipeline.restart();
        assertThat(pipeline.send(5, new Created(FILE))).isEmpty();
        assertThat(pipeline.send(6, write())).isEmpty();
        assertThat(pipeline.send(7, write())).hasSize(1);
    }

    @Test
    void aChangeBehindAWatermarkStopsEverything() {
        pipeline.send(5, new Created(FILE));
        pipeline.send(9, new Watermark(0L));
        assertThatThrownBy(() -> pipeline.send(7, write())).hasStackTraceContaining("0/7 of Written came after 0/9");
    }

    @Test
    void aReferenceBehindAWatermarkStopsEverything() {
        pipeline.send(9, new Watermark(0L));
        ChunkReference late = new ChunkReference(1L, 1L, FILE, 0L, 0L, List.of(), true, 0L, 0L);
        assertThatThrownBy(() -> pipeline.send(7, late)).hasStackTraceContaining("0/7 of ChunkReference");
    }

    @Test
    void whatCannotBeReadStopsEverything() {
        assertThatThrownBy(() -> pipeline.sendBytes(new byte[] {1, 2, 3})).isNotNull();
        assertThatThrownBy(() -> pipeline.sendBytes(new byte[] {0, 0, 0, 9, 9, 1}))
                .isNotNull();
        assertThatThrownBy(() -> pipeline.sendBytes(null)).hasStackTraceContaining("without a value");
    }

    @Test
    void lateRequestsCountFromTheLastLsnOnAndLateRepetitionsAreDropped() {
        pipeline.send(9, new Watermark(0L));
        assertThat(pipeline.send(7, new CutRequested("id", "")))
                .extracting(Operation::getLsn)
                .containsExactly(9L);
        assertThat(pipeline.send(7, new Watermark(0L))).isEmpty();
        assertThat(pipeline.send(7, new Gone(FILE))).isEmpty();
        assertThat(pipeline.send(9, new Gone(FILE))).hasSize(1);
    }

    @Test
    void controlPassesAsItIs() {
        for (Object body : List.of(
                new CopyBegun(4L, false, "why", 4L),
                new CutRequested("id", ""),
                UncoveredFacts.ofProcess(UncoveredKind.IO_URING, 1, "/bin/app"),
                new Watermark(3L))) {
            List<Operation> operations = pipeline.send(4, body);
            assertThat(operations).extracting(Operation::getBody).containsExactly(body);
        }
    }

    @Test
    void aBaseCopyMakesEveryFileUnknown() {
        pipeline.send(5, new Created(FILE));
        pipeline.send(5, new WindowOpened(3L, 1L, FILE, 0L, Long.MAX_VALUE, false));
        pipeline.send(6, write());
        assertThat(pipeline.stored(EventProcessor.CHANGES_STORE)).isOne();
        pipeline.send(7, new CopyBegun(7L, true, "overrun", 5L));
        assertThat(pipeline.stored(EventProcessor.CHANGES_STORE)).isZero();
        assertThat(pipeline.stored(EventProcessor.FILES_STORE)).isZero();
        assertThat(pipeline.send(8, write()))
                .singleElement()
                .satisfies(only ->
                        assertThat(((WriteBytes) only.getBody()).getExtents()).isEmpty());
        ChunkReference moot = new ChunkReference(3L, 1L, FILE, 0L, 0L, List.of(), true, 0L, 0L);
        assertThat(pipeline.send(8, moot)).isEmpty();
    }

    @Test
    void nothingIsKeptOfFilesThatAreGoneAndWindowsThatAreClosed() {
        pipeline.send(5, new Created(FILE));
        pipeline.send(5, new WindowOpened(3L, 1L, FILE, 0L, 10L, false));
        pipeline.send(6, write());
        pipeline.send(6, new ChunkReference(3L, 1L, FILE, 0L, 10L, List.of(), false, 0L, 0L));
        assertThat(pipeline.stored(EventProcessor.CHANGES_STORE)).isZero();
        pipeline.send(7, new Gone(FILE));
        assertThat(pipeline.stored(EventProcessor.FILES_STORE)).isZero();
    }

    @Test
    void namesPassOutsideAListingAndAreRewrittenAtTheBorderOfTheTree() {
        Place place = new Place(DIRECTORY, ByteBuffer.wrap("d/a".getBytes(StandardCharsets.UTF_8)));
        NameChanged create = names(NameChangeKind.CREATE, place, null);
        assertThat(bodies(pipeline.send(1, create))).containsExactly(create);
        assertThat(bodies(pipeline.send(2, names(NameChangeKind.RENAME, place, null))))
                .containsExactly(new RemoveTree(place.getPath()));
        assertThat(pipeline.send(3, names(NameChangeKind.RENAME, null, null))).isEmpty();
        NameChanged entering = names(NameChangeKind.RENAME, null, place);
        assertThat(bodies(pipeline.send(4, entering))).containsExactly(entering);
        assertThat(bodies(pipeline.send(5, names(NameChangeKind.EXCHANGE, place, null))))
                .singleElement()
                .isInstanceOf(Uncovered.class);
    }

    @Test
    void listingsThatCannotBeAreNamed() {
        assertThat(bodies(pipeline.send(1, new ListingClosed(1L))))
                .singleElement()
                .isInstanceOf(Uncovered.class);
        assertThat(bodies(pipeline.send(1, new ListedDirectory(1L, DIRECTORY, List.of()))))
                .singleElement()
                .isInstanceOf(Uncovered.class);
        pipeline.send(1, new ListingOpened(1L, DIRECTORY, new FileAttributes(040755, 0, 0, 0L, 0L, 0L, null, false)));
        assertThat(pipeline.send(2, names(NameChangeKind.CREATE, new Place(DIRECTORY, ByteBuffer.allocate(0)), null)))
                .isEmpty();
        List<Object> closed = bodies(pipeline.send(3, new ListingClosed(1L)));
        assertThat(closed.subList(0, 2)).allMatch(Uncovered.class::isInstance);
        assertThat(closed.get(2)).isInstanceOf(TreeBegun.class);
        assertThat(pipeline.stored(EventProcessor.LISTING_STORE)).isZero();
    }

    @Test
    void aNewFileBegins() {
        assertThat(bodies(pipeline.send(5, new Created(FILE)))).containsExactly(new NewFile(FILE));
        assertThat(bodies(pipeline.send(6, write()))).singleElement().isInstanceOf(WriteBytes.class);
    }

    private static List<Object> bodies(List<Operation> operations) {
        return operations.stream().map(Operation::getBody).toList();
    }

    private static Written write() {
        return new Written(FILE, 3L, ByteBuffer.wrap(new byte[] {1, 2}), false, 0L);
    }

    private static NameChanged names(NameChangeKind kind, Place place, Place newPlace) {
        return new NameChanged(kind, FILE, ATTRIBUTES, place, newPlace, ByteBuffer.allocate(0));
    }
}

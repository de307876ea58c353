package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.tree.Listing;
import io.catchwater.tree.Name;
import io.catchwater.tree.NameTree;
import io.catchwater.tree.NamedFile;
import io.catchwater.tree.TreePath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What the operations make of the names is the tree, outside listings; also when restarted inside one. */
final class NamesTest {

    private static final FileId ROOT = new FileId(1L, 1L, 1L);
    private static final FileAttributes DIRECTORY = new FileAttributes(040755, 0, 0, 0L, 0L, 0L, null, false);
    private static final Pipeline PIPELINE = new Pipeline(true);
    private static long lsn = 1;
    private static long births = 1;

    private long copyId;
    private NameTree truth;
    private NamesReplica replica;
    private Listing listing;
    private Deque<FileId> unread;

    /** One thing that happens, by choices. */
    record Step(int what, int a, int b) {}

    @AfterContainer
    static void close() {
        PIPELINE.close();
    }

    @BeforeTry
    void begin() {
        truth = NameTree.empty(ROOT, DIRECTORY);
        replica = new NamesReplica();
        listing = null;
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void theReplicaHasTheNames(@ForAll("steps") List<Step> before, @ForAll("steps") List<Step> steps) {
        before.forEach(step -> change(step).ifPresent(truth::apply));
        openListing();
        for (Step step : steps) {
            switch (step.what % 12) {
                case 0 -> closeListing();
                case 1 -> openListing();
                case 2, 3, 4 -> readDirectory();
                case 5 -> restart(step);
                case 6, 7 -> PIPELINE.catchUp().forEach(replica::apply);
                default -> change(step).ifPresent(this::happen);
            }
            check();
        }
        closeListing();
        while (PIPELINE.progress().isBehind()) {
            PIPELINE.catchUp().forEach(replica::apply);
        }
        check();
    }

    private void check() {
        if (listing == null && !PIPELINE.progress().isBehind()) {
            Map<String, String> names = new TreeMap<>();
            truth.forEach(name -> names.put(name.path().toString(), NamesReplica.text(name.file(), name.attributes())));
            assertThat(replica.names).isEqualTo(names);
        }
    }

    private void restart(Step step) {
        if (step.a % 4 == 0) {
            PIPELINE.restart();
        }
    }

    private void happen(NameChanged change) {
        truth.apply(change);
        send(++lsn, change);
        if (listing != null) {
            listing.changed(change, lsn);
        }
    }

    private void send(long at, Object body) {
        PIPELINE.sendOnly(new Event(at, at, 1, body)).forEach(replica::apply);
    }

    private void openListing() {
        copyId = ++lsn;
        listing = new Listing(ROOT, DIRECTORY);
        unread = new ArrayDeque<>(List.of(ROOT));
        send(lsn, new ListingOpened(copyId, ROOT, DIRECTORY));
    }

    private void readDirectory() {
        if (listing == null || unread.isEmpty()) {
            return;
        }
        FileId directory = unread.remove();
        List<ListedName> names = new ArrayList<>();
        truth.forEach(name -> {
            String path = name.path().toString();
            String last = path.substring(path.lastIndexOf('/') + 1);
            boolean here = truth.child(directory, Name.of(last.getBytes(StandardCharsets.UTF_8)))
                    .filter(name.file()::equals)
                    .isPresent();
            if (here && parent(name).equals(directory)) {
                names.add(new ListedName(bytes(last), name.file(), name.attributes(), ByteBuffer.allocate(0)));
                if (name.attributes().getMode() == DIRECTORY.getMode()) {
                    unread.add(name.file());
                }
            }
        });
        int half = names.size() / 2;
        for (List<ListedName> part : List.of(names.subList(0, half), names.subList(half, names.size()))) {
            ListedDirectory listed = new ListedDirectory(copyId, directory, List.copyOf(part));
            listing.listed(listed, lsn);
            send(lsn, listed);
        }
    }

    private void closeListing() {
        if (listing == null) {
            return;
        }
        while (!unread.isEmpty() || !listing.unlisted().isEmpty()) {
            unread.addAll(unread.isEmpty() ? listing.unlisted() : List.of());
            readDirectory();
        }
        listing = null;
        send(lsn, new ListingClosed(copyId));
    }

    private FileId parent(NamedFile name) {
        String path = name.path().toString();
        int slash = path.lastIndexOf('/');
        FileId at = ROOT;
        for (String part :
                slash < 0 ? List.<String>of() : List.of(path.substring(0, slash).split("/", -1))) {
            at = truth.child(at, Name.of(part.getBytes(StandardCharsets.UTF_8))).orElseThrow();
        }
        return at;
    }

    private Optional<NameChanged> change(Step step) {
        List<NamedFile> all = new ArrayList<>();
        truth.forEach(all::add);
        List<NamedFile> directories = new ArrayList<>(all.stream()
                .filter(name -> name.attributes().getMode() == DIRECTORY.getMode())
                .toList());
        directories.add(new NamedFile(TreePath.ROOT, ROOT, DIRECTORY, ByteBuffer.allocate(0)));
        NamedFile in = directories.get(step.a % directories.size());
        Place target = place(in.file(), in.path(), "n" + step.b % 6);
        boolean free = truth.child(in.file(), Name.of(("n" + step.b % 6).getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        NamedFile some = all.isEmpty() ? null : all.get(step.b % all.size());
        return switch (step.a % 7) {
            case 0, 1 -> free ? made(NameChangeKind.MKDIR, DIRECTORY, target) : Optional.empty();
            case 2 ->
                free
                        ? made(
                                NameChangeKind.CREATE,
                                new FileAttributes(0100644, 0, 0, 0L, 0L, 0L, null, false),
                                target)
                        : Optional.empty();
            case 3, 4 ->
                some == null || !free || isBelow(in, some)
                        ? Optional.empty()
                        : changed(NameChangeKind.RENAME, some, target);
            case 5 -> some == null ? Optional.empty() : changed(NameChangeKind.RENAME, some, null);
            default ->
                some == null || all.stream().anyMatch(name -> !name.equals(some) && isBelow(name, some))
                        ? Optional.empty()
                        : changed(NameChangeKind.UNLINK, some, null);
        };
    }

    private static boolean isBelow(NamedFile file, NamedFile top) {
        return (file.path() + "/").startsWith(top.path() + "/");
    }

    private static Optional<NameChanged> made(NameChangeKind kind, FileAttributes attributes, Place place) {
        FileId file = new FileId(1L, ++births, births);
        return Optional.of(new NameChanged(kind, file, attributes, place, null, ByteBuffer.allocate(0)));
    }

    private Optional<NameChanged> changed(NameChangeKind kind, NamedFile file, Place target) {
        Place place = new Place(parent(file), ByteBuffer.wrap(file.path().bytes()));
        return Optional.of(
                new NameChanged(kind, file.file(), file.attributes(), place, target, ByteBuffer.allocate(0)));
    }

    private static Place place(FileId directory, TreePath path, String name) {
        return new Place(
                directory,
                ByteBuffer.wrap(path.resolve(Name.of(name.getBytes(StandardCharsets.UTF_8)))
                        .bytes()));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 1000).withoutEdgeCases();
        return Combinators.combine(number, number, number).as(Step::new).list().ofMaxSize(50);
    }
}

package io.catchwater.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.tree.ModelFileSystem.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A tree with every change applied is the tree that there is, after each of them. */
final class NameTreeTest {

    @Property(tries = 1000)
    void followsEveryChange(@ForAll("steps") List<Step> steps) {
        ModelFileSystem files = new ModelFileSystem(true);
        NameTree tree = NameTree.empty(files.root.id(), ModelFileSystem.ROOT_ATTRIBUTES);
        for (Step step : steps) {
            Set<Long> before = files.numbers().collect(Collectors.toSet());
            NameChanged change = files.step(step).orElse(null);
            if (change == null) {
                continue;
            }
            if (crossesIn(change)) {
                tree = list(files);
                continue;
            }
            List<FileId> lost = tree.apply(change);
            before.removeAll(files.numbers().collect(Collectors.toSet()));
            assertThat(lost.stream().map(FileId::getInode)).containsExactlyInAnyOrderElementsOf(before);
            check(tree, files);
        }
    }

    private static boolean crossesIn(NameChanged change) {
        return switch (change.getKind()) {
            case RENAME -> change.getPlace() == null;
            case EXCHANGE -> change.getPlace() == null || change.getNewPlace() == null;
            default -> false;
        };
    }

    private static NameTree list(ModelFileSystem files) {
        Listing listing = new Listing(files.root.id(), ModelFileSystem.ROOT_ATTRIBUTES);
        new ModelWalker(listing).finish(files, 0);
        return listing.tree();
    }

    private static void check(NameTree tree, ModelFileSystem files) {
        Map<String, String> names = files.names();
        assertThat(ModelFileSystem.names(tree)).isEqualTo(names);
        Map<Long, Long> counts = files.numbers().collect(Collectors.groupingBy(n -> n, Collectors.counting()));
        counts.forEach((number, count) -> {
            FileId id = new FileId(1L, number, 0L);
            assertThat(tree.nameCount(id)).isEqualTo(count.intValue());
            String path = tree.path(id).orElseThrow().toString();
            assertThat(names.get(path)).startsWith(number + " ");
        });
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 1_000_000);
        return Combinators.combine(number, number, number, number)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }
}

package io.catchwater.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.NameChanged;
import io.catchwater.tree.ModelFileSystem.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A listing taken while the tree changes, with the changes replayed, is the tree at its end. */
final class ListingTest {

    /** What a walk leaves out, to see that the property would notice. */
    private enum Fault {
        NONE,
        NO_REPLAY,
        NO_SECOND_READING,
        NEVER_ANEW
    }

    @Property(tries = 3000)
    void replayGivesTheTreeAtTheEnd(
            @ForAll("histories") Tuple.Tuple2<List<Step>, List<Step>> history, @ForAll boolean idsComeBack) {
        ModelFileSystem files = new ModelFileSystem(idsComeBack);
        history.get1().forEach(files::step);
        assertThat(listed(files, history.get2(), Fault.NONE)).isEqualTo(files.names());
    }

    @Example
    void itNoticesAMissingReplay() {
        assertThat(mismatches(Fault.NO_REPLAY)).isPositive();
    }

    @Example
    void itNoticesDirectoriesThatTheWalkMissed() {
        assertThat(mismatches(Fault.NO_SECOND_READING)).isPositive();
    }

    @Example
    void itNoticesAListingThatShouldHaveBegunAnew() {
        assertThat(mismatches(Fault.NEVER_ANEW)).isPositive();
    }

    private static long mismatches(Fault fault) {
        Random random = new Random(20);
        return Stream.generate(() -> random.ints(400).iterator())
                .limit(2000)
                .filter(numbers -> {
                    Stream<Step> steps = Stream.generate(() ->
                            new Step(numbers.next(), numbers.next(), numbers.next(), Math.abs(numbers.next() / 2)));
                    List<Step> all = steps.limit(100).toList();
                    ModelFileSystem files = new ModelFileSystem(fault == Fault.NEVER_ANEW);
                    all.subList(0, 40).forEach(files::step);
                    return !listed(files, all.subList(40, 100), fault).equals(files.names());
                })
                .count();
    }

    private static Object listed(ModelFileSystem files, List<Step> window, Fault fault) {
        Deque<NameChanged> undrained = new ArrayDeque<>();
        Listing listing = new Listing(files.root.id(), ModelFileSystem.ROOT_ATTRIBUTES);
        ModelWalker walker = new ModelWalker(listing);
        walker.read(files.root);
        long drainedLsn = 0;
        for (Step step : window) {
            files.step(step).ifPresent(undrained::add);
            while (!undrained.isEmpty() && undrained.size() > Math.floorMod(step.c(), 4)) {
                drain(undrained, listing, ++drainedLsn, fault);
            }
            if (Math.floorMod(step.c(), 3) == 0) {
                walker.step(1 + Math.floorMod(step.b(), 3), drainedLsn);
            }
        }
        while (!undrained.isEmpty()) {
            drain(undrained, listing, ++drainedLsn, fault);
        }
        if (listing.mustBeginAnew() && fault != Fault.NEVER_ANEW) {
            return files.names();
        }
        if (fault == Fault.NONE) {
            walker.finish(files, drainedLsn);
        } else {
            walker.drain(drainedLsn);
        }
        return ModelFileSystem.names(listing.tree());
    }

    private static void drain(Deque<NameChanged> undrained, Listing listing, long lsn, Fault fault) {
        NameChanged change = undrained.remove();
        if (fault != Fault.NO_REPLAY) {
            listing.changed(change, lsn);
        }
    }

    @Provide
    Arbitrary<Tuple.Tuple2<List<Step>, List<Step>>> histories() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 1_000_000);
        Arbitrary<Step> step =
                Combinators.combine(number, number, number, number).as(Step::new);
        return Combinators.combine(
                        step.list().ofMinSize(0).ofMaxSize(40),
                        step.list().ofMinSize(1).ofMaxSize(80))
                .as(Tuple::of);
    }
}

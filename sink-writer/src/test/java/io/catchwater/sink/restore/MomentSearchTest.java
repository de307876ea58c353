package io.catchwater.sink.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.cut.CutLedger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The state that is chosen for a moment, against one that is found by trying every LSN. */
class MomentSearchTest {

    private static final long SECOND_NS = 1_000_000_000L;

    @Property(tries = 2000)
    void ofEveryTimeTheNewestStateThatIsNotLater(@ForAll long seed) throws IOException {
        times(new ModelStream(seed, false), new Random(seed), false);
    }

    @Property(tries = 2000)
    void alsoWhereTheClockGoesBack(@ForAll long seed) throws IOException {
        times(new ModelStream(seed, true), new Random(seed), true);
    }

    private static void times(ModelStream stream, Random random, boolean clockGoesBack) throws IOException {
        RestorableWindows windows = RestorableWindows.of(stream.bases, stream.gaps, stream.end());
        for (int i = 0; i < 20; i++) {
            long timeNs = aTime(stream, random);
            Optional<Window> window = windows.atOrBefore(timeNs);
            OptionalLong best = OptionalLong.empty();
            for (Window each : clockGoesBack ? window.stream().toList() : windows.windows()) {
                OptionalLong here = newest(stream, each, each.toLsn(), timeNs);
                best = here.isPresent() ? here : best;
            }
            RestorePoint point = new RestorePoint.AtTime(timeNs);
            Optional<RestoreResult> nearest = restore(stream, windows, point, true);
            if (clockGoesBack && best.isEmpty()) {
                continue;
            }
            assertThat(nearest.map(RestoreResult::lsn).map(lsn -> state(stream, lsn)))
                    .describedAs("time %s in %s", timeNs, window)
                    .isEqualTo(best.isPresent() ? Optional.of(state(stream, best.getAsLong())) : Optional.empty());
            if (nearest.isPresent()) {
                assertHonest(stream, nearest.get(), timeNs, clockGoesBack);
                Optional<RestoreResult> plain = restore(stream, windows, point, false);
                boolean near = nearest.get().beforeNs() <= SECOND_NS;
                // A window's end may show an earlier time than what is in it: then more is refused than need be.
                assertThat(plain.isPresent()).isEqualTo(near && !(clockGoesBack && plain.isEmpty()));
            }
        }
    }

    /** What it says of its time is true: not after what was asked, and nothing else had happened until then. */
    private static void assertHonest(ModelStream stream, RestoreResult result, long timeNs, boolean clockGoesBack) {
        assertThat(result.timeNs()).isEqualTo(timeNs - result.beforeNs()).isLessThanOrEqualTo(timeNs);
        assertThat(result.beforeNs()).isNotNegative();
        if (clockGoesBack) {
            return;
        }
        stream.operations.stream()
                .filter(operation -> operation.getBody() instanceof WriteBytes && operation.getLsn() > result.lsn())
                .forEach(later -> assertThat(later.getTimeNs()).isGreaterThanOrEqualTo(result.timeNs()));
    }

    @Property(tries = 2000)
    void ofEveryLsnTheNewestStateThatIsNotLater(@ForAll long seed) throws IOException {
        ModelStream stream = new ModelStream(seed, false);
        Random random = new Random(seed);
        RestorableWindows windows = RestorableWindows.of(stream.bases, stream.gaps, stream.end());
        for (int i = 0; i < 20; i++) {
            Operation any = stream.operations.get(random.nextInt(stream.operations.size()));
            long lsn = any.getLsn() + random.nextInt(3) - 1;
            OptionalLong best = OptionalLong.empty();
            for (Window each : windows.windows()) {
                OptionalLong here = newest(stream, each, Math.min(lsn, each.toLsn()), Long.MAX_VALUE);
                best = here.isPresent() ? here : best;
            }
            RestorePoint point = new RestorePoint.AtLsn(lsn);
            Optional<RestoreResult> nearest = restore(stream, windows, point, true);
            assertThat(nearest.map(RestoreResult::lsn))
                    .describedAs("LSN %s of %s", Lsn.format(lsn), windows)
                    .isEqualTo(best.isPresent() ? Optional.of(best.getAsLong()) : Optional.empty());
            boolean exact = best.isPresent() && best.getAsLong() == lsn;
            Optional<RestoreResult> plain = restore(stream, windows, point, false);
            assertThat(plain.isPresent() || !exact).isTrue();
            plain.ifPresent(result -> assertThat(result.beforeNs()).isLessThanOrEqualTo(SECOND_NS));
        }
    }

    @Property(tries = 1000)
    void bothNeighboursOfARefusedMomentCanBeRestored(@ForAll long seed) throws IOException {
        ModelStream stream = new ModelStream(seed, false);
        RestorableWindows windows = RestorableWindows.of(stream.bases, stream.gaps, stream.end());
        for (Window window : windows.windows()) {
            for (long lsn : List.of(window.fromLsn(), window.toLsn())) {
                Optional<RestoreResult> result = restore(stream, windows, new RestorePoint.AtLsn(lsn), true);
                assertThat(result.map(RestoreResult::lsn).orElseThrow()).isLessThanOrEqualTo(lsn);
            }
            Optional<RestoreResult> first =
                    restore(stream, windows, new RestorePoint.AtTime(window.fromTimeNs()), false);
            assertThat(first.orElseThrow().timeNs()).isLessThanOrEqualTo(window.fromTimeNs());
        }
    }

    private static long aTime(ModelStream stream, Random random) {
        Operation any = stream.operations.get(random.nextInt(stream.operations.size()));
        return any.getTimeNs()
                + switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> -1;
                    case 2 -> random.nextInt(2_000) * 1_000_000L;
                    default -> random.nextInt(40_000) * 1_000_000L - 20_000_000_000L;
                };
    }

    private static Optional<RestoreResult> restore(
            ModelStream stream, RestorableWindows windows, RestorePoint point, boolean nearest) throws IOException {
        try {
            return Optional.of(new MomentSearch(point, stream.end(), new MomentChoice(windows, nearest))
                    .by((plan, judge) -> attempt(stream, plan, judge)));
        } catch (SinkException e) {
            assertThat(e.reason()).isIn(SinkException.Reason.NOT_RESTORABLE, SinkException.Reason.GAP);
            return Optional.empty();
        }
    }

    private static MomentSearch.Ending attempt(ModelStream stream, RestorePlan plan, MomentSearch.Judge judge)
            throws SinkException {
        CutSearch search = new CutSearch(
                new CutLedger(1, CutLedger.State.BEGINNING), plan.endLsn(), plan.endTimeNs(), plan.timeNs());
        for (Operation operation : from(stream, plan.window())) {
            if (search.isBeyond(operation)) {
                break;
            }
            search.passed(0, 0, operation);
        }
        CutSearch.Found found = search.found();
        Optional<MomentSearch.Accepted> state =
                found instanceof CutSearch.Found.Here here ? judge.judge(here) : Optional.empty();
        return new MomentSearch.Ending(
                found, state.map(MomentSearchTest::result).orElse(null));
    }

    private static RestoreResult result(MomentSearch.Accepted state) {
        return new RestoreResult(
                Path.of("x"), state.lsn(), state.timeNs(), state.beforeNs(), 0, 0, state.note(), List.of(), List.of());
    }

    private static List<Operation> from(ModelStream stream, Window window) {
        int begin = 0;
        for (int i = 0; i < stream.bases.size(); i++) {
            if (stream.bases.get(i).getCopyId() == window.base().getCopyId()) {
                begin = stream.begins.get(i);
            }
        }
        return stream.operations.subList(begin, stream.operations.size());
    }

    /** The newest LSN in a window at which nothing is open, with no change up to it that is later than a time. */
    private static OptionalLong newest(ModelStream stream, Window window, long limitLsn, long timeNs) {
        Set<Long> open = new HashSet<>(Set.of(-1L));
        OptionalLong newest = OptionalLong.empty();
        List<Operation> operations = from(stream, window);
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            boolean begins =
                    i == 0 || operation.getLsn() != operations.get(i - 1).getLsn();
            boolean late = (begins || operation.getBody() instanceof CopyEnded)
                    && !(operation.getBody() instanceof CutRequested)
                    && operation.getTimeNs() > timeNs;
            if (operation.getLsn() > limitLsn || late) {
                break;
            }
            account(open, operation);
            long next = i + 1 < operations.size() ? operations.get(i + 1).getLsn() : Long.MAX_VALUE;
            long last = Math.min(next - 1, limitLsn);
            if (next > operation.getLsn() && open.isEmpty() && last >= window.fromLsn()) {
                newest = OptionalLong.of(last);
            }
        }
        return newest;
    }

    private static void account(Set<Long> open, Operation operation) {
        if (operation.getBody() instanceof CopyBegun begun) {
            if (begun.getBase()) {
                open.clear();
            }
            open.add(begun.getCopyId());
        } else if (operation.getBody() instanceof CopyEnded ended) {
            open.remove(ended.getCopyId());
        } else if (operation.getBody() instanceof WriteBytes write && write.getContinues()) {
            open.add(-operation.getLsn());
        } else if (operation.getBody() instanceof WriteBytes write && write.getFirstLsn() != 0) {
            open.remove(-write.getFirstLsn());
        }
    }

    /** Two LSNs between which nothing is said are one state. */
    private static long state(ModelStream stream, long lsn) {
        return stream.operations.stream()
                .mapToLong(Operation::getLsn)
                .filter(each -> each <= lsn)
                .max()
                .orElse(0);
    }
}

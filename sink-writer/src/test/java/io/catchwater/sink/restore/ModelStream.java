package io.catchwater.sink.restore;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.intake.KnownEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A stream of a source as bridge and stream processor may write it, with its catalog: base copies, heals, changes of one and
 * of several records, several rings, overruns, pauses, gaps, and a clock that stands still, leaps, and may go back.
 */
final class ModelStream {

    private static final long MS = 1_000_000L;
    private static final FileId FILE = new FileId(1L, 2L, 3L);

    private final Random random;
    private final boolean clockGoesBack;
    final List<Operation> operations = new ArrayList<>();
    final List<BaseComplete> bases = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
    /** Per base copy the index of its first operation. */
    final List<Integer> begins = new ArrayList<>();

    private final List<Long> openParts = new ArrayList<>();
    private long incarnation;
    private long unit;
    private long timeNs = 1_000_000_000_000L;
    private boolean healing;
    private long healId;
    private long healTimeNs;
    private boolean healTold;

    ModelStream(long seed, boolean clockGoesBack) {
        this.random = new Random(seed);
        this.clockGoesBack = clockGoesBack;
        int rings = 1 + random.nextInt(3);
        for (int i = 0; i < rings; i++) {
            ring();
        }
    }

    private long lsn() {
        return Lsn.of(incarnation, unit * 64);
    }

    private void tick() {
        switch (random.nextInt(clockGoesBack ? 8 : 6)) {
            case 0, 1 -> {
                // Equal times.
            }
            case 2, 3 -> timeNs += random.nextInt(50) * MS;
            case 4 -> timeNs += random.nextInt(1500) * MS;
            case 5 -> timeNs += random.nextInt(10_000) * MS;
            default -> timeNs -= random.nextInt(3000) * MS;
        }
    }

    private void say(Object body) {
        operations.add(new Operation(lsn(), timeNs, body));
    }

    private void ring() {
        incarnation++;
        unit = 1;
        openParts.clear();
        healing = false;
        tick();
        base(lsn());
        int spans = random.nextInt(40);
        for (int i = 0; i < spans; i++) {
            step();
        }
        endWindow();
    }

    /** What is known last: sometimes less than what has come. */
    private void endWindow() {
        tick();
        BaseComplete last = bases.get(bases.size() - 1);
        last.setToLsn(lsn());
        gaps.add(new Gap(lsn(), timeNs, 0L, 0L, GapKind.NOT_CAPTURING, "nobody"));
        timeNs += random.nextInt(5000) * MS;
    }

    private void base(long gapFromLsn) {
        long copyId = lsn();
        begins.add(operations.size());
        say(new CopyBegun(copyId, true, "base", gapFromLsn));
        openParts.clear();
        healing = false;
        int changes = random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            advance();
            change();
        }
        advance();
        say(new CopyEnded(copyId, true, 1L, 1L));
        for (Gap gap : gaps) {
            if (gap.getToLsn() == Lsn.NONE) {
                gap.setToLsn(lsn());
                gap.setToTimeNs(timeNs);
            }
        }
        bases.add(new BaseComplete(copyId, lsn(), timeNs, List.of(0L, 0L), 0L));
    }

    private void advance() {
        unit += 2 + random.nextInt(3);
        tick();
    }

    private void step() {
        advance();
        switch (random.nextInt(12)) {
            case 0, 1 -> heal();
            case 2, 3 -> parts();
            case 4 -> say(new CutRequested("x", ""));
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    overrun();
                }
            }
            case 6 -> {
                if (random.nextInt(3) == 0 && !healing && openParts.isEmpty()) {
                    uncaptured();
                }
            }
            default -> change();
        }
    }

    private void change() {
        say(new WriteBytes(FILE, List.of(), false, 0L));
        if (random.nextInt(4) == 0) {
            // The bridge's part of the same change, said a little later.
            operations.add(new Operation(lsn(), timeNs + random.nextInt(3) * MS, new Gone(FILE)));
        }
    }

    private void parts() {
        if (openParts.isEmpty() || random.nextBoolean()) {
            openParts.add(lsn());
            say(new WriteBytes(FILE, List.of(), true, 0L));
        } else {
            say(new WriteBytes(FILE, List.of(), false, openParts.remove(0)));
        }
    }

    private void heal() {
        if (healing) {
            say(new CopyEnded(healId, false, 1L, 1L));
            if (healTold && !clockGoesBack) {
                gaps.add(new Gap(healId - 1, healTimeNs, lsn(), timeNs, GapKind.COPY_OPEN, "heal"));
            }
        } else {
            healTold = openParts.isEmpty();
            healTimeNs = timeNs;
            healId = lsn();
            say(new CopyBegun(healId, false, "heal", healId));
        }
        healing = !healing;
    }

    private void overrun() {
        bases.get(bases.size() - 1).setToLsn(lsn() - 1);
        gaps.add(new Gap(lsn() - 1, timeNs, 0L, 0L, GapKind.LOST, "overrun"));
        base(lsn());
    }

    private void uncaptured() {
        long fromLsn = lsn();
        long fromTimeNs = timeNs;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            advance();
            change();
        }
        gaps.add(new Gap(fromLsn, fromTimeNs, lsn(), timeNs, GapKind.UNCAPTURED, "somebody"));
    }

    KnownEnd.Point end() {
        return new KnownEnd.Point(lsn(), timeNs);
    }
}

package io.catchwater.stream;

import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import io.catchwater.schemas.operation.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The life of one file under a program, a hook, a bridge that copies and heals, and the processor under test. */
final class FileScenario {

    private static final int OFFSET_LIMIT = 60;
    private static final int WINDOW = 16;

    /** One thing that happens, by choices. */
    record Step(int what, int a, int b) {}

    /** A change that was made and has not been drained from the ring, and the file as it left it. */
    private record Change(Event event, ModelFile after) {}

    private final Pipeline pipeline;
    private final FileId id;
    private final List<byte[]> chunks = new ArrayList<>();
    private final ReplicaFile replica = new ReplicaFile(chunks, earlier());
    private final Deque<Change> undrained = new ArrayDeque<>();
    private ModelFile file = new ModelFile();
    private byte[] drained;
    private Event lastChange;
    private long lsn;
    private long drainedLsn;
    private long sentLsn;
    private long windows;
    private byte value;
    private ModelReader reader;
    private boolean complete;
    private long progress = -1;
    private boolean alive = true;
    private int damagedFrom = -1;
    private int damagedTo;
    private int compared;

    FileScenario(Pipeline pipeline, FileId id, long afterLsn) {
        this.pipeline = pipeline;
        this.id = id;
        this.lsn = afterLsn;
        this.drainedLsn = afterLsn;
        file.write(0, new byte[] {101, 102, 103, 104, 105, 106, 107, 0, 0, 0, 0, 0, 0, 108, 109, 110, 111, 112, 113});
        drained = file.bytes();
    }

    /** What an earlier copy has left in the replica, longer than the file. */
    private static byte[] earlier() {
        byte[] bytes = new byte[OFFSET_LIMIT + WINDOW];
        Arrays.fill(bytes, (byte) 120);
        return bytes;
    }

    long lsn() {
        return lsn;
    }

    /** How often a complete replica was held against the file. */
    int compared() {
        return compared;
    }

    /** Does a step; where the replica is not what it has to be, what is wrong. */
    Optional<String> step(Step step) {
        switch (Math.floorMod(step.what, 20)) {
            case 0, 1, 2, 3 -> write(step);
            case 4, 5 -> truncate(step);
            case 6 -> begin(step);
            case 7, 8, 9 -> open(step);
            case 10, 11, 12 -> read(step);
            case 13, 14, 15 -> close(step);
            case 16 -> drain(1 + step.a % 5);
            case 17 -> damage(step);
            case 18 -> repeat();
            default -> rest(step);
        }
        if (step.b % 2 == 0) {
            drain(1);
        }
        return difference();
    }

    /** Copies and heals what is still to be copied or healed. */
    Optional<String> finish() {
        Optional<String> wrong = Optional.empty();
        for (int i = 0; i < 40 && wrong.isEmpty() && !(complete && reader == null && damagedFrom < 0); i++) {
            close(new Step(0, 2 * i, 1));
            drain(Integer.MAX_VALUE);
            wrong = difference();
            if (!alive) {
                begin(new Step(0, 0, 0));
            } else if (!complete || damagedFrom >= 0) {
                open(new Step(0, 0, 0));
            }
        }
        drain(Integer.MAX_VALUE);
        return wrong.or(this::difference);
    }

    private Optional<String> difference() {
        if (!complete || damagedFrom >= 0) {
            return Optional.empty();
        }
        compared++;
        return Arrays.equals(replica.bytes(), drained)
                ? Optional.empty()
                : Optional.of("at LSN " + drainedLsn + " the file is " + Arrays.toString(drained) + ", the replica "
                        + Arrays.toString(replica.bytes()));
    }

    private void write(Step step) {
        byte[] content = new byte[step.b % 13];
        value = (byte) (value % 98 + 1);
        Arrays.fill(content, value);
        int start = step.a % OFFSET_LIMIT;
        if (alive) {
            file.write(start, content);
            changed(new Written(id, (long) start, ByteBuffer.wrap(content), false, 0L));
        }
    }

    private void truncate(Step step) {
        if (alive) {
            file.truncate(step.a % OFFSET_LIMIT);
            changed(new Truncated(id, (long) file.size()));
        }
    }

    /** The file goes, or, its id being used again, comes. */
    private void begin(Step step) {
        if (alive && step.a % 3 == 0) {
            changed(new Gone(id));
            file = new ModelFile();
            alive = false;
            if (reader != null) {
                reader.orphaned = true;
            }
        }
        if (!alive && step.b % 4 < 2) {
            changed(new Created(id));
            alive = true;
        }
    }

    private void changed(Object body) {
        undrained.add(new Change(new Event(++lsn, lsn, 1, body), file.copy()));
    }

    private void drain(int count) {
        for (int i = 0; i < count && !undrained.isEmpty(); i++) {
            Change change = undrained.remove();
            send(change.event);
            drainedLsn = change.event.getLsn();
            drained = change.after.bytes();
            lastChange = change.event;
            if (change.event.getBody() instanceof Created || change.event.getBody() instanceof Gone) {
                complete = change.event.getBody() instanceof Created;
                progress = -1;
                damagedFrom = -1;
            }
        }
    }

    private void open(Step step) {
        boolean settled = undrained.stream().noneMatch(change -> change.event.getBody() instanceof Created);
        if (reader != null || !alive || !settled) {
            return;
        }
        long start = 0;
        long end = Long.MAX_VALUE;
        if (complete && damagedFrom >= 0) {
            start = damagedFrom;
            end = step.b % 3 == 0 && damagedTo < file.size() ? damagedTo : end;
        } else if (complete) {
            start = step.a % OFFSET_LIMIT;
            end = step.b % 3 == 0 ? end : start + step.b % WINDOW;
        } else {
            start = Math.max(0, progress);
            end = step.b % 4 == 0 ? end : start + 1 + step.b % WINDOW;
        }
        reader = new ModelReader(file, chunks, complete ? 3 : 2, ++windows, start, end, !complete);
        boolean first = !complete && progress < 0;
        send(drainedLsn, new WindowOpened(reader.copyId, windows, id, start, end, first));
        progress = first ? 0 : progress;
    }

    private void read(Step step) {
        for (int i = 0; reader != null && !reader.isDone() && i <= step.a % 3; i++) {
            reader.step(step.b + i);
        }
    }

    private void close(Step step) {
        if (reader == null) {
            return;
        }
        ModelReader closing = reader;
        reader = null;
        ChunkReference reference = closing.finish(id, step.a);
        drain(Integer.MAX_VALUE);
        if (closing.orphaned && step.b % 2 == 0) {
            send(drainedLsn, new WindowAbandoned(closing.copyId, closing.windowId, id));
            return;
        }
        send(drainedLsn, reference);
        if (!closing.orphaned && closing.copies) {
            complete = reference.getLast();
            progress = complete ? -1 : reference.getEnd();
        } else if (!closing.orphaned) {
            damagedFrom = -1;
        }
    }

    /** Something changes the file where no hook sees it; the bridge will heal it. */
    private void damage(Step step) {
        drain(Integer.MAX_VALUE);
        if (alive && complete && reader == null && damagedFrom < 0) {
            damagedFrom = step.a % OFFSET_LIMIT;
            byte[] content = new byte[1 + step.b % 9];
            Arrays.fill(content, (byte) 99);
            int before = file.size();
            file.write(damagedFrom, content);
            damagedTo = damagedFrom + content.length;
            damagedFrom = Math.min(before, damagedFrom);
            damagedTo = before < damagedTo ? Integer.MAX_VALUE : damagedTo;
            drained = file.bytes();
        }
    }

    /** The bridge sends again what it had sent. */
    private void repeat() {
        if (lastChange != null && !(lastChange.getBody() instanceof Gone)) {
            List<Operation> again = pipeline.send(lastChange);
            if (!again.isEmpty()) {
                throw new AssertionError("sent again, taken again: " + again);
            }
        }
    }

    private void rest(Step step) {
        send(drainedLsn, new Watermark(0L));
        if (step.a % 8 == 0) {
            pipeline.restart();
        }
    }

    private void send(long at, Object body) {
        send(new Event(at, at, 0, body));
    }

    private void send(Event event) {
        for (Operation operation : pipeline.send(event)) {
            if (operation.getLsn() < sentLsn) {
                throw new AssertionError("LSN goes down: " + operation);
            }
            sentLsn = operation.getLsn();
            if (!(operation.getBody() instanceof Watermark)) {
                replica.apply(operation);
            }
        }
    }
}

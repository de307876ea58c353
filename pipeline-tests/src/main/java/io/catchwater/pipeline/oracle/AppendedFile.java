package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A file that everybody only appends to: what is in it is exactly what was appended, in an order. */
final class AppendedFile {

    private final History history;
    private final PreparedFile file;
    private final List<List<Op>> appends = new ArrayList<>();

    AppendedFile(History history, PreparedFile file) {
        this.history = history;
        this.file = file;
        for (List<Op> ops : history.threads()) {
            appends.add(ops.stream()
                    .filter(op -> op.file() == file.number() && op.kind() == Kind.APPEND && op.hasEffect())
                    .toList());
        }
    }

    /**
     * Reads what is there.
     *
     * @return for each thread, how many of its appends
     * @throws Contradiction when it is not made of whole appends in an order that could be
     */
    List<Integer> seen(ByteBuffer content) throws Contradiction {
        int[] seen = new int[appends.size()];
        Op latest = null;
        long at = Cells.BYTES;
        while (at < content.capacity()) {
            Op op = next(content, at);
            List<Op> own = appends.get(op.thread());
            if (seen[op.thread()] >= own.size() || !own.get(seen[op.thread()]).equals(op)) {
                throw new Contradiction(at(at) + "found " + op + ", expected of that thread "
                        + (seen[op.thread()] < own.size() ? own.get(seen[op.thread()]) : "no more"));
            }
            if (latest != null && op.returnedBefore(latest)) {
                throw new Contradiction(
                        at(at) + "found " + op + " behind " + latest + ", which began after it had returned");
            }
            if (latest == null || op.begin() > latest.begin()) {
                latest = op;
            }
            seen[op.thread()]++;
            at += op.length();
        }
        List<Integer> all = new ArrayList<>();
        for (int count : seen) {
            all.add(count);
        }
        return all;
    }

    private Op next(ByteBuffer content, long at) throws Contradiction {
        Op op = at + Cells.BYTES > content.capacity() ? null : history.find(content.getLong((int) at));
        if (op == null || op.kind() != Kind.APPEND || op.file() != file.number()) {
            throw new Contradiction(at(at) + "found bytes that no append of this file wrote");
        }
        if (at + op.length() > content.capacity()) {
            throw new Contradiction(
                    at(at) + "expected all of " + op + ", found " + (content.capacity() - at) + " bytes of it");
        }
        for (long cell = 0; cell < op.length(); cell += Cells.BYTES) {
            if (content.getLong((int) (at + cell)) != op.id() || content.getLong((int) (at + cell) + 8) != cell) {
                throw new Contradiction(at(at + cell) + "expected more of " + op + ", found something else");
            }
        }
        return op;
    }

    private String at(long offset) {
        return file.path() + " at " + offset + ": ";
    }

    /** After how many of its operations a thread has appended so many times. */
    BitSet allowed(int thread, int seen) {
        List<Op> own = appends.get(thread);
        BitSet allowed = new BitSet();
        int from = seen == 0 ? 0 : own.get(seen - 1).index() + 1;
        int to = seen < own.size()
                ? own.get(seen).index()
                : history.threads().get(thread).size();
        allowed.set(from, to + 1);
        return allowed;
    }

    /** Says what having seen so many appends of a thread means. */
    String explain(int thread, int seen) {
        List<Op> own = appends.get(thread);
        BitSet allowed = allowed(thread, seen);
        return file.path() + " has " + seen + " of its appends, as after " + allowed.nextSetBit(0) + " to "
                + (allowed.length() - 1) + " operations"
                + (seen < own.size() ? ": not there is " + own.get(seen) : "");
    }
}

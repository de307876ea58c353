package io.catchwater.pipeline.oracle;

import java.util.ArrayList;
import java.util.List;

/** A name that one thread at a time has: whoever takes it gives it back before another can. */
final class Locks {

    private record Hold(Op taken, Op givenBack) {}

    private final String path;
    private final List<Hold> holds = new ArrayList<>();

    Locks(History history, String path) {
        this.path = path;
        for (List<Op> ops : history.threads()) {
            Op taken = null;
            for (Op op : ops) {
                if (op.kind() == Kind.LOCK && op.newPath().equals(path) && op.hasEffect()) {
                    taken = op;
                } else if (taken != null && op.path().equals(path) && op.hasEffect()) {
                    holds.add(new Hold(taken, op));
                    taken = null;
                }
            }
            if (taken != null) {
                holds.add(new Hold(taken, null));
            }
        }
    }

    /**
     * Checks that whoever has it now can have taken it last.
     *
     * @throws Contradiction when somebody took and gave it back while it was not to be had
     */
    void check(Prefix prefix) throws Contradiction {
        for (Hold now : holds) {
            if (!prefix.contains(now.taken()) || (now.givenBack() != null && prefix.contains(now.givenBack()))) {
                continue;
            }
            for (Hold other : holds) {
                if (!other.equals(now) && prefix.contains(other.taken()) && cannotPrecede(other, now)) {
                    throw new Contradiction(path + ": found there by " + now.taken() + "; but " + other.taken()
                            + " took it later and is in, because " + prefix.why(other.taken()));
                }
            }
        }
    }

    private static boolean cannotPrecede(Hold other, Hold now) {
        return other.givenBack() == null || now.taken().returnedBefore(other.givenBack());
    }
}

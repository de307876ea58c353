package io.catchwater.pipeline.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/** Who must come before whom: what was found out, and "returned before". Is there an order that keeps both? */
final class Precedence {

    private static final Comparator<Op> BY_BEGIN = Comparator.comparingLong(Op::begin);
    private static final Comparator<Op> BY_END =
            Comparator.comparingLong(Op::end).thenComparing(BY_BEGIN);

    private final Map<Op, Set<Op>> after = new LinkedHashMap<>();

    /** Notes that one operation has to come before another. */
    void add(Op first, Op second) {
        after.computeIfAbsent(first, key -> new LinkedHashSet<>()).add(second);
        after.computeIfAbsent(second, key -> new LinkedHashSet<>());
    }

    /**
     * Takes away, again and again, an operation that nothing has to precede.
     *
     * @return operations each of which must precede the next, and the last the first; empty when there is an order
     */
    List<Op> cycle() {
        Map<Op, Integer> before = new HashMap<>();
        after.keySet().forEach(op -> before.put(op, 0));
        after.values().forEach(all -> all.forEach(op -> before.merge(op, 1, Integer::sum)));
        PriorityQueue<Op> free = new PriorityQueue<>(BY_BEGIN);
        before.forEach((op, count) -> {
            if (count == 0) {
                free.add(op);
            }
        });
        TreeSet<Op> left = new TreeSet<>(BY_END);
        left.addAll(after.keySet());
        while (!left.isEmpty()) {
            Op next = free.poll();
            if (next == null || left.first().returnedBefore(next)) {
                return walk(left);
            }
            left.remove(next);
            for (Op later : after.get(next)) {
                if (before.merge(later, -1, Integer::sum) == 0) {
                    free.add(later);
                }
            }
        }
        return List.of();
    }

    /** In what is left everything has a predecessor, so going back from anywhere comes round. */
    private List<Op> walk(Set<Op> left) {
        List<Op> path = new ArrayList<>();
        Op at = left.iterator().next();
        while (!path.contains(at)) {
            path.add(at);
            at = predecessor(at, left);
        }
        List<Op> cycle = new ArrayList<>(path.subList(path.indexOf(at), path.size()));
        Collections.reverse(cycle);
        return cycle;
    }

    private Op predecessor(Op op, Set<Op> left) {
        for (Op other : left) {
            if (!other.equals(op) && (after.get(other).contains(op) || other.returnedBefore(op))) {
                return other;
            }
        }
        throw new IllegalStateException("unreachable: " + op + " is free");
    }
}

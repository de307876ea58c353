package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.Prefix.Limit;
import io.catchwater.pipeline.oracle.Verdict.IsPrefix;
import io.catchwater.pipeline.oracle.Verdict.NoPrefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a directory is exactly a prefix of what the writer did.
 *
 * <p>It is one when there is a set S of operations that holds, with each operation, all that had returned before that
 * one began, and an order of S that keeps "returned before", whose execution on what was there at first leaves exactly
 * this directory: names, types, permissions, sizes, bytes, and which names are one file. Operations are atomic, as
 * Linux makes them for regular files. The decision is exact, and needs no search:
 *
 * <ol>
 *   <li><b>S is a number per thread.</b> A thread's operations follow one another, so S has the first k of each.
 *   <li><b>What one thread owns</b> (its names, its files, and how often it appended to each log) depends on its own k
 *       alone, so it allows a set of k ({@link OwnedTreeFit}, {@link AppendedFile}). "Returned before" says: this k at
 *       least so high when that k is so high. Of two solutions the smaller k of each thread make a solution again; so
 *       if there is one there is a smallest above any lower bounds, and {@link Prefix} reaches it by raising each k
 *       only where it must.
 *   <li><b>Order matters only within one object.</b> Where an operation concerns one shared object only, orders of the
 *       objects that each keep "returned before" can be merged into one (Herlihy and Wing 1990, theorem 1: in a
 *       shortest cycle of both relations every step would begin before the next begins). Operations that concern an
 *       owned name too (PUT, LOCK) add nothing but their thread's own order, which "returned before" has already.
 *   <li><b>Shared bytes and shared names</b> are cells that each name their last writer w. So w is in S, and S can be
 *       ordered if and only if "every other operation of S on that cell comes before w", over all cells, together with
 *       "returned before", has no cycle ({@link Register}). With fewer operations there are fewer such demands: when
 *       the smallest S fails, all do.
 *   <li><b>Empty cells</b> name nobody, but only the object's owner empties cells, and its operations are in order: if
 *       any of them in S can have emptied a cell last, the last that covers it can. For a given number of them the
 *       argument above holds again; so when the smallest S fails, only one with the owner's next emptying operation
 *       can succeed, and that is what is required then. The same goes for the size: see {@link SharedFile}.
 *   <li><b>A shared log</b> tells its order; no operation in it may stand behind one that began after it had returned.
 *   <li><b>A lock</b> is given back by who took it, before another can take it; two such times cannot both come before
 *       the other, so only the one who has it in the directory needs a look: nobody in S can have taken it after
 *       ({@link Locks}).
 * </ol>
 *
 * <p>An operation that had not returned when the log ended may be in S or not.
 *
 * <p>One thread at a time.
 */
public final class PrefixOracle {

    /** No bound: everything or nothing. */
    public static final Bounds UNBOUNDED = new Bounds(0, Long.MAX_VALUE);

    /**
     * What is known of when a snapshot was taken, in marks of the writer's clock.
     *
     * @param includesAllReturnedBefore every operation that had returned by this mark has to be in
     * @param noneBegunAfter no operation that began after this mark may be in
     */
    public record Bounds(long includesAllReturnedBefore, long noneBegunAfter) {}

    private final History history;
    private final Map<Integer, SharedFile> sharedFiles = new HashMap<>();
    private final Map<Integer, AppendedFile> appendedFiles = new HashMap<>();
    private final Map<String, SharedName> sharedNames = new HashMap<>();
    private final List<Locks> locks = new ArrayList<>();
    private final Map<Integer, Integer> modes = new HashMap<>();

    /** @param history may be used for many directories */
    public PrefixOracle(History history) {
        this.history = history;
        for (PreparedFile file : history.layout().files()) {
            if (file.role().isAppended()) {
                appendedFiles.put(file.number(), new AppendedFile(history, file));
            } else if (file.isShared()) {
                sharedFiles.put(file.number(), new SharedFile(history, file));
            }
        }
        history.layout().names().keySet().forEach(path -> sharedNames.put(path, new SharedName(history, path)));
        history.layout().locks().forEach(path -> locks.add(new Locks(history, path)));
        for (List<Op> ops : history.threads()) {
            for (Op op : ops) {
                if (op.kind() == Kind.CREATE) {
                    modes.put(op.file(), op.mode());
                }
            }
        }
    }

    /**
     * Judges a directory that nobody changes meanwhile.
     *
     * @param log the writer's {@code --log}
     * @param ignored names at the top that do not belong to it, such as a manifest
     * @throws IOException when log or directory cannot be read
     */
    public static Verdict check(Path log, Path directory, Bounds bounds, Set<String> ignored) throws IOException {
        return new PrefixOracle(History.read(log)).check(ObservedTree.scan(directory, ignored), bounds);
    }

    /** Judges what was found in a directory. */
    public Verdict check(ObservedTree found, Bounds bounds) {
        try {
            return new IsPrefix(smallestPrefix(found, bounds).done());
        } catch (Contradiction e) {
            return new NoPrefix(e.getMessage());
        }
    }

    private Prefix smallestPrefix(ObservedTree found, Bounds bounds) throws Contradiction {
        Sorted sorted = new Sorted(history, found);
        List<Judged> judged = judged(sorted);
        Prefix prefix = new Prefix(history, limits(sorted, bounds));
        for (int thread = 0; thread < history.threads().size(); thread++) {
            int returned = history.returnedBefore(thread, bounds.includesAllReturnedBefore());
            prefix.raise(thread, returned, "it had returned before mark " + bounds.includesAllReturnedBefore());
        }
        for (Judged object : judged) {
            object.requireSeen(prefix);
        }
        prefix.close();
        while (grows(judged, prefix)) {
            prefix.close();
        }
        for (Locks lock : locks) {
            lock.check(prefix);
        }
        return prefix;
    }

    private static boolean grows(List<Judged> judged, Prefix prefix) throws Contradiction {
        for (Judged object : judged) {
            try {
                object.check(prefix);
            } catch (Contradiction e) {
                Op next = object.mayChangeWith(prefix);
                if (next == null) {
                    throw e;
                }
                prefix.require(next, "without it: " + e.getMessage());
                return true;
            }
        }
        return false;
    }

    private List<Judged> judged(Sorted sorted) throws Contradiction {
        List<Judged> judged = new ArrayList<>();
        for (Map.Entry<Integer, SharedFile> shared : sharedFiles.entrySet()) {
            judged.add(shared.getValue().new Found(sorted.shared.get(shared.getKey())));
        }
        for (Map.Entry<String, SharedName> name : sharedNames.entrySet()) {
            RegularFile file = sorted.taken.get(name.getKey());
            Op writer = file == null ? null : sorted.writer(name.getKey(), file);
            int mode = writer == null ? 0 : modes.getOrDefault(writer.file(), 0);
            judged.add(name.getValue().new Found(file, writer, mode));
        }
        return judged;
    }

    private List<Limit> limits(Sorted sorted, Bounds bounds) throws Contradiction {
        Map<AppendedFile, List<Integer>> appended = new HashMap<>();
        for (Map.Entry<Integer, AppendedFile> file : appendedFiles.entrySet()) {
            appended.put(
                    file.getValue(),
                    file.getValue().seen(sorted.shared.get(file.getKey()).content()));
        }
        List<Limit> limits = new ArrayList<>();
        for (int thread = 0; thread < history.threads().size(); thread++) {
            int begun = history.begunBefore(thread, bounds.noneBegunAfter());
            OwnedTreeFit fit = new OwnedTreeFit(history, thread, sorted.owned.get(thread), begun);
            limits.add(limit(thread, fit, appended, begun, bounds));
        }
        return limits;
    }

    private Limit limit(
            int thread, OwnedTreeFit fit, Map<AppendedFile, List<Integer>> appended, int begun, Bounds bounds) {
        BitSet allowed = new BitSet();
        allowed.set(0, begun + 1);
        allowed.and(fit.fits);
        appended.forEach((file, seen) -> allowed.and(file.allowed(thread, seen.get(thread))));
        return new Limit(allowed, operations -> whyNot(thread, operations, fit, appended, begun, bounds));
    }

    private String whyNot(
            int thread,
            int operations,
            OwnedTreeFit fit,
            Map<AppendedFile, List<Integer>> appended,
            int begun,
            Bounds bounds) {
        if (operations > begun) {
            return "only " + begun + " of its operations had begun at mark " + bounds.noneBegunAfter();
        }
        int fitting = fit.fits.nextSetBit(operations);
        if (fitting < 0) {
            String fits = fit.fits.isEmpty() ? "none" : fit.fits.toString();
            return "its own files and names do not look so (numbers of operations that fit: " + fits + "): "
                    + fit.explain(fit.fits.isEmpty() ? -1 : operations);
        }
        for (Map.Entry<AppendedFile, List<Integer>> file : appended.entrySet()) {
            BitSet allowed = file.getKey().allowed(thread, file.getValue().get(thread));
            if (allowed.nextSetBit(fitting) < 0) {
                return "its own files and names look as after " + fitting + " operations, while "
                        + file.getKey().explain(thread, file.getValue().get(thread));
            }
        }
        return "its own files and names look as after " + fitting + " operations, which is not possible, as "
                + begun + " had begun at mark " + bounds.noneBegunAfter() + " and of its appends "
                + String.join(
                        ", ",
                        appended.entrySet().stream()
                                .map(file -> file.getKey()
                                        .explain(thread, file.getValue().get(thread)))
                                .toList());
    }
}

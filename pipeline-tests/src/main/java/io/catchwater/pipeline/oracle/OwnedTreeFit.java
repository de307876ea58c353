package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.ObservedTree.Directory;
import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.ObservedTree.Symlink;
import io.catchwater.pipeline.oracle.OwnedTree.Folder;
import io.catchwater.pipeline.oracle.OwnedTree.Link;
import io.catchwater.pipeline.oracle.OwnedTree.Named;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * After how many of its operations a thread's own names and files would look as they were found.
 *
 * <p>The thread's operations are executed one by one; only the paths that one touches are compared again.
 */
final class OwnedTreeFit {

    private static final int DIFFERENCES_SHOWN = 3;

    private final Layout layout;
    private final List<Op> ops;
    private final int thread;
    private final Map<String, Node> found;
    private final Map<Object, Set<String>> foundNames = new HashMap<>();

    /** Bit k: after k operations it looks exactly so. */
    final BitSet fits = new BitSet();

    private int nearest;

    /** @param limit no more operations than this are of interest */
    OwnedTreeFit(History history, int thread, Map<String, Node> found, int limit) {
        this.layout = history.layout();
        this.ops = history.threads().get(thread).subList(0, limit);
        this.thread = thread;
        this.found = found;
        found.forEach((path, node) -> {
            if (node instanceof RegularFile file) {
                foundNames
                        .computeIfAbsent(file.identity(), key -> new HashSet<>())
                        .add(path);
            }
        });
        execute();
    }

    private void execute() {
        OwnedTree tree = new OwnedTree(layout, thread);
        Set<String> differing = allDiffering(tree);
        int fewest = Integer.MAX_VALUE;
        for (int done = 0; ; done++) {
            if (differing.isEmpty()) {
                fits.set(done);
            }
            if (differing.size() < fewest) {
                fewest = differing.size();
                nearest = done;
            }
            if (done == ops.size()) {
                return;
            }
            compare(tree, tree.apply(ops.get(done)), differing);
        }
    }

    private Set<String> allDiffering(OwnedTree tree) {
        Set<String> differing = new HashSet<>();
        compare(tree, tree.names.keySet(), differing);
        compare(tree, found.keySet(), differing);
        return differing;
    }

    private void compare(OwnedTree tree, Collection<String> paths, Set<String> differing) {
        for (String path : paths) {
            if (matches(tree.names.get(path), found.get(path))) {
                differing.remove(path);
            } else {
                differing.add(path);
            }
        }
    }

    private boolean matches(OwnedTree.Entry expected, Node node) {
        if (expected == null || node == null) {
            return expected == null && node == null;
        }
        if (expected instanceof Folder folder) {
            return node instanceof Directory directory && directory.mode() == folder.mode();
        }
        if (expected instanceof Link link) {
            return node instanceof Symlink symlink && symlink.target().equals(link.target());
        }
        ModelFile file = ((Named) expected).file();
        return node instanceof RegularFile regular
                && regular.mode() == file.mode
                && foundNames.get(regular.identity()).equals(file.names)
                && (file.shared || file.matches(regular.content()));
    }

    /**
     * Says how what was found differs from what it would be.
     *
     * @param done number of operations, or -1 for where it differs least
     */
    String explain(int done) {
        int wanted = done < 0 ? nearest : done;
        OwnedTree tree = new OwnedTree(layout, thread);
        ops.subList(0, wanted).forEach(tree::apply);
        List<String> lines = new ArrayList<>();
        for (String path : new TreeSet<>(allDiffering(tree))) {
            if (lines.size() == DIFFERENCES_SHOWN) {
                lines.add("…");
                break;
            }
            lines.add("  " + path + ": " + difference(tree.names.get(path), found.get(path)));
        }
        String last = wanted == 0 ? "nothing done" : "the last " + ops.get(wanted - 1);
        String next = wanted == ops.size() ? "" : ", the next " + ops.get(wanted);
        return "after " + wanted + " operations of thread " + thread + " (" + last + next + "):\n"
                + String.join("\n", lines);
    }

    private String difference(OwnedTree.Entry expected, Node node) {
        if (expected == null) {
            return "expected nothing, found " + node;
        }
        if (!(expected instanceof Named named) || !(node instanceof RegularFile regular)) {
            return "expected " + (expected instanceof Named ? "a file" : expected) + ", found "
                    + (node == null ? "nothing" : node);
        }
        ModelFile file = named.file();
        if (regular.mode() != file.mode) {
            return String.format("expected mode %o, found %o", file.mode, regular.mode());
        }
        if (!foundNames.get(regular.identity()).equals(file.names)) {
            return "expected one file with the names " + file.names + ", found " + foundNames.get(regular.identity());
        }
        long at = file.firstDifference(regular.content());
        String sizes = regular.content().capacity() == file.size()
                ? ""
                : "expected " + file.size() + " bytes, found "
                        + regular.content().capacity() + "; ";
        return sizes + (at == Cells.SAME ? "" : byteDifference(file, regular, at));
    }

    private String byteDifference(ModelFile file, RegularFile regular, long at) {
        long id = file.writerAt(at);
        String expected = id == 0 ? "a zero" : describe(id);
        long cell = at & -Cells.BYTES;
        String seen = cell + Cells.BYTES <= regular.content().capacity()
                ? describe(regular.content().getLong((int) cell))
                : "byte " + regular.content().get((int) at);
        return "at offset " + at + " expected " + expected + ", found " + seen;
    }

    private String describe(long id) {
        if (id == 0) {
            return "zero";
        }
        if (Op.threadOf(id) + 1 == Layout.PREPARED_THREAD) {
            return "what was there before";
        }
        int number = (int) Op.numberOf(id);
        boolean own = Op.threadOf(id) == thread && number >= 1 && number <= ops.size();
        return own ? ops.get(number - 1).toString() : String.format("bytes of no operation of this thread (%x)", id);
    }
}

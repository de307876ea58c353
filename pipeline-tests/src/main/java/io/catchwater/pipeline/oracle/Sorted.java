package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import io.catchwater.pipeline.oracle.ObservedTree.Directory;
import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was found, sorted by whose it is. */
final class Sorted {

    /** By thread: the paths that it alone may have made. */
    final List<Map<String, Node>> owned = new ArrayList<>();

    /** What is at the shared names and locks. */
    final Map<String, RegularFile> taken = new TreeMap<>();

    /** By number: the one file behind the names of a shared file. */
    final Map<Integer, RegularFile> shared = new HashMap<>();

    private final History history;
    private final Layout layout;

    /** @throws Contradiction when something is nobody's, or there twice */
    Sorted(History history, ObservedTree found) throws Contradiction {
        this.history = history;
        this.layout = history.layout();
        for (int thread = 0; thread < layout.threads(); thread++) {
            owned.add(new TreeMap<>());
        }
        for (Map.Entry<String, Node> entry : found.nodes().entrySet()) {
            sort(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, Integer> directory : layout.directories().entrySet()) {
            if (Names.threadOf(directory.getKey()) == Names.NOBODY) {
                requireUnchanged(directory.getKey(), directory.getValue(), found);
            }
        }
        for (PreparedFile file : layout.files()) {
            if (file.isShared() && !shared.containsKey(file.number())) {
                throw new Contradiction(file.path() + " (file " + file.number() + ") is not there under any name");
            }
        }
    }

    private static void requireUnchanged(String path, int mode, ObservedTree found) throws Contradiction {
        Node node = found.nodes().get(path);
        if (!(node instanceof Directory directory) || directory.mode() != mode) {
            throw new Contradiction(path + ": expected the directory that nobody changes, found " + node);
        }
    }

    private void sort(String path, Node node) throws Contradiction {
        int thread = Names.threadOf(path);
        if (thread != Names.NOBODY && thread < layout.threads()) {
            owned.get(thread).put(path, node);
        } else if (Names.preparedPath(path) != null) {
            sortShared(path, node);
        } else if (layout.names().containsKey(path) || layout.locks().contains(path)) {
            sortTaken(path, node);
        } else if (!layout.directories().containsKey(path)) {
            throw new Contradiction(path + ": nobody ever made that name; found " + node);
        }
    }

    private void sortShared(String path, Node node) throws Contradiction {
        String prepared = Names.preparedPath(path);
        for (PreparedFile file : layout.files()) {
            if (file.path().equals(prepared)) {
                if (!(node instanceof RegularFile regular) || Cells.sharedFile(regular.content()) != file.number()) {
                    throw new Contradiction(path + ": expected file " + file.number()
                            + ", found something that does not begin as it: " + node);
                }
                RegularFile other = shared.putIfAbsent(file.number(), regular);
                if (other != null && !other.identity().equals(regular.identity())) {
                    throw new Contradiction(
                            path + ": one of two names of file " + file.number() + ", but they are two files");
                }
                owned.get(file.owner()).put(path, node);
                return;
            }
        }
        throw new Contradiction(path + ": there is no such shared file");
    }

    private void sortTaken(String path, Node node) throws Contradiction {
        if (!(node instanceof RegularFile file)) {
            throw new Contradiction(path + ": expected a regular file, found " + node);
        }
        taken.put(path, file);
        if (layout.locks().contains(path)) {
            owned.get(writer(path, file).thread()).put(path, node);
        }
    }

    /** The operation that wrote the beginning of a file at a shared name. */
    Op writer(String path, RegularFile file) throws Contradiction {
        Op op = file.content().capacity() < Cells.BYTES
                ? null
                : history.find(file.content().getLong(0));
        if (op == null || op.kind() != Kind.WRITE || op.offset() != 0) {
            throw new Contradiction(path + ": does not begin with bytes of any operation in the log; found " + file);
        }
        return op;
    }
}

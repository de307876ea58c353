package io.catchwater.pipeline;

import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How two directories differ: names, types, permissions, bytes, targets of symlinks, and which names are one file. */
public final class TreeDifferences {

    private TreeDifferences() {}

    /** One line for each; empty when nobody could tell them apart. */
    public static List<String> between(Path expected, Path found) throws IOException {
        ObservedTree first = ObservedTree.scan(expected, Set.of());
        ObservedTree second = ObservedTree.scan(found, Set.of());
        Map<Object, String> firstNames = new HashMap<>();
        Map<Object, String> secondNames = new HashMap<>();
        Set<String> paths = new TreeSet<>(first.nodes().keySet());
        paths.addAll(second.nodes().keySet());
        List<String> differences = new ArrayList<>();
        for (String path : paths) {
            Node one = first.nodes().get(path);
            Node other = second.nodes().get(path);
            boolean same = (one instanceof RegularFile file && other instanceof RegularFile twin)
                    ? file.mode() == twin.mode()
                            && file.content().equals(twin.content())
                            && firstNames
                                    .computeIfAbsent(file.identity(), key -> path)
                                    .equals(secondNames.computeIfAbsent(twin.identity(), key -> path))
                    : one != null && one.equals(other);
            if (!same) {
                differences.add(path + ": expected " + one + ", found " + other);
            }
        }
        return differences;
    }
}

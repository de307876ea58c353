package io.catchwater.sink.control;

import io.catchwater.sink.replica.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * How the paths of the tree are called on the source's host.
 *
 * @param directories that are watched; one is the root of the tree, several lie in it by their last components
 */
public record SourcePaths(List<String> directories) {

    /** For a tree of which no directory is known. */
    public static final SourcePaths UNKNOWN = new SourcePaths(List.of());

    public SourcePaths {
        directories = List.copyOf(directories);
    }

    /** The full path; bytes that are no UTF-8 become U+FFFD. */
    public String full(TreePath path) {
        String below = new String(path.bytes(), StandardCharsets.UTF_8);
        if (directories.size() == 1) {
            return path.isRoot() ? directories.get(0) : directories.get(0) + "/" + below;
        }
        int slash = below.indexOf('/');
        String first = slash < 0 ? below : below.substring(0, slash);
        for (String directory : directories) {
            if (Path.of(directory).getFileName().toString().equals(first)) {
                return directory + (slash < 0 ? "" : below.substring(slash));
            }
        }
        return "/" + below;
    }

    /** True for a directory that is watched, and for the root that holds several. */
    public boolean isWatched(TreePath path) {
        return path.isRoot() || (directories.size() > 1 && path.parent().isRoot());
    }
}

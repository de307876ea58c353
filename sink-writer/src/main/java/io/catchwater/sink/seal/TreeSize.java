package io.catchwater.sink.seal;

import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.sink.replica.TreePath;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * How much there is in a tree.
 *
 * @param names of everything
 * @param files regular files, by name
 * @param bytes of data in them: holes do not count, a file with several names counts once
 */
public record TreeSize(long names, long files, long bytes) {

    /** A file of the replica with one name has this many links: that name, and the one in the store. */
    private static final int LINKS_WITH_ONE_NAME = 2;

    private static final int BLOCK_BYTES = 512;

    /**
     * Counts. The tree may change meanwhile; then it is only about right.
     *
     * @param root open for reading
     * @param included what counts, and whether it is entered
     */
    public static TreeSize of(Descriptor root, Predicate<TreePath> included) throws IOException {
        return counted(root, included, new Count(), visitor -> visitor);
    }

    /** As {@link #of(Descriptor, Predicate)}, run files apart. */
    public static TreeSize of(Descriptor root, Predicate<TreePath> included, RunFileSearch runFiles)
            throws IOException {
        return counted(root, included, new Count(), runFiles::keepingFrom);
    }

    private static TreeSize counted(
            Descriptor root, Predicate<TreePath> included, Count count, UnaryOperator<TreeWalk.Visitor> through)
            throws IOException {
        TreeWalk.walkMoving(root, included, through.apply(count));
        return new TreeSize(count.names, count.files, count.bytes);
    }

    private static final class Count implements TreeWalk.Visitor {
        private final Set<Long> linked = new HashSet<>();
        private long names;
        private long files;
        private long bytes;

        @Override
        public void enter(TreePath path, Descriptor directory, FileStatus status) {
            names++;
        }

        @Override
        public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) {
            names++;
            if (status.type() == FileType.REGULAR) {
                files++;
                boolean again = status.links() > LINKS_WITH_ONE_NAME && !linked.add(status.inode());
                bytes += again ? 0 : Math.min(status.size(), status.blocks() * BLOCK_BYTES);
            }
        }

        @Override
        public void leave(TreePath path, Descriptor directory, FileStatus status) {}
    }
}

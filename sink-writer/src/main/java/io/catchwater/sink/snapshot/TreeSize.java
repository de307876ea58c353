package io.catchwater.sink.snapshot;

import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.seal.TreeWalk;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * How much there is to copy in a tree.
 *
 * @param files regular files, by name
 * @param bytes of data in them: holes do not count, a file with several names counts once
 */
record TreeSize(long files, long bytes) {

    /** A file of the replica with one name has this many links: that name, and the one in the store. */
    private static final int LINKS_WITH_ONE_NAME = 2;

    private static final int BLOCK_BYTES = 512;

    static TreeSize of(Descriptor root) throws IOException {
        long[] count = new long[2];
        Set<Long> linked = new HashSet<>();
        TreeWalk.walk(root, new TreeWalk.Visitor() {
            @Override
            public void enter(TreePath path, Descriptor directory, FileStatus status) {}

            @Override
            public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) {
                if (status.type() == FileType.REGULAR) {
                    count[0]++;
                    boolean again = status.links() > LINKS_WITH_ONE_NAME && !linked.add(status.inode());
                    count[1] += again ? 0 : Math.min(status.size(), status.blocks() * BLOCK_BYTES);
                }
            }

            @Override
            public void leave(TreePath path, Descriptor directory, FileStatus status) {}
        });
        return new TreeSize(count[0], count[1]);
    }
}

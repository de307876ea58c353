package io.catchwater.sink.snapshot;

import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.seal.TreeWalk;
import java.io.IOException;

/**
 * How much there is in a tree.
 *
 * @param files regular files, by name
 * @param bytes in them
 */
record TreeSize(long files, long bytes) {

    static TreeSize of(Descriptor root) throws IOException {
        long[] count = new long[2];
        TreeWalk.walk(root, new TreeWalk.Visitor() {
            @Override
            public void enter(TreePath path, Descriptor directory, FileStatus status) {}

            @Override
            public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) {
                if (status.type() == FileType.REGULAR) {
                    count[0]++;
                    count[1] += status.size();
                }
            }

            @Override
            public void leave(TreePath path, Descriptor directory, FileStatus status) {}
        });
        return new TreeSize(count[0], count[1]);
    }
}

package io.catchwater.sink.replica;

import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Inodes whose last name in the tree went, and of which the source has not said that they are gone. They are dropped
 * only after a checkpoint that knows them nameless: what is applied again after a crash may need them until then.
 */
final class Orphans {

    /** A name in the tree, and the one in the store. */
    private static final int LINKS_WITH_ONE_NAME = 2;

    /** Looking for them reads the whole store: not for a few. */
    private static final int WORTH_LOOKING = 256;

    private final Set<Long> inodes = new HashSet<>();

    /** A name of this file is about to go. */
    void nameGoes(FileStatus file) {
        if (file.type() != FileType.DIRECTORY && file.links() <= LINKS_WITH_ONE_NAME) {
            inodes.add(file.inode());
        }
    }

    /** The source said that it is gone. */
    void gone(FileStatus file) {
        inodes.remove(file.inode());
    }

    /** A checkpoint is on disk: whatever has no name now will not be asked for again. */
    void drop(FileStore store) throws IOException {
        if (inodes.size() >= WORTH_LOOKING) {
            store.dropNameless(inodes);
            inodes.clear();
        }
    }
}

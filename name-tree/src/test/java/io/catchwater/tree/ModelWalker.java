package io.catchwater.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.tree.ModelFileSystem.Inode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Lists a tree a bit at a time: a directory's names are read at one moment, each looked up at another. */
final class ModelWalker {

    private final Listing listing;
    private final Deque<Inode> unread = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private Inode directory;
    private long readAfterLsn;

    ModelWalker(Listing listing) {
        this.listing = listing;
    }

    void read(Inode more) {
        unread.add(more);
    }

    boolean isDone() {
        return unread.isEmpty() && directory == null;
    }

    /**
     * Goes one step on.
     *
     * @param lookUps names to look up at most
     * @param drainedLsn how far the changes have been given to the listing
     */
    void step(int lookUps, long drainedLsn) {
        if (directory == null) {
            directory = unread.poll();
            if (directory != null) {
                names.addAll(directory.names.keySet());
                readAfterLsn = drainedLsn;
            }
            return;
        }
        List<ListedName> found = new ArrayList<>();
        for (int i = 0; i < lookUps && !names.isEmpty(); i++) {
            String name = names.remove();
            Inode file = directory.names.get(name);
            if (file != null) {
                ByteBuffer bytes = ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
                found.add(new ListedName(bytes, file.id(), file.attributes(), ByteBuffer.wrap(file.target)));
                if (file.isDirectory()) {
                    unread.add(file);
                }
            }
        }
        listing.listed(new ListedDirectory(1L, directory.id(), found), readAfterLsn);
        directory = names.isEmpty() ? null : directory;
    }

    /** Does all that is left, with what {@link Listing#unlisted} still asks for. */
    void finish(ModelFileSystem files, long drainedLsn) {
        drain(drainedLsn);
        for (List<FileId> missing = listing.unlisted(); !missing.isEmpty(); missing = listing.unlisted()) {
            // What it knows may be old until another of them is read: that is gone by now.
            List<Inode> present =
                    missing.stream().flatMap(id -> files.directory(id).stream()).toList();
            assertThat(present).as("of %s", missing).isNotEmpty();
            present.forEach(this::read);
            drain(drainedLsn);
        }
    }

    /** Does all that is left of the walk itself. */
    void drain(long drainedLsn) {
        while (!isDone()) {
            step(Integer.MAX_VALUE, drainedLsn);
        }
    }
}

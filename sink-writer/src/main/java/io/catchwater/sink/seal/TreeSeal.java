package io.catchwater.sink.seal;

import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.replica.TreePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes the manifest of a tree that is complete in place, by reading it once. For one thread. */
public final class TreeSeal implements TreeWalk.Visitor {

    /** A file with one name in the tree has this many links: that name, and the one in the store. */
    private static final int LINKS_WITH_ONE_NAME = 2;

    private final ManifestWriter manifest;
    private final LongConsumer progress;
    private final FileReading reading = new FileReading();
    private final Map<Long, ManifestEntry> linked = new HashMap<>();
    private long bytesRead;

    /** @param progress told often how many bytes were read */
    public TreeSeal(ManifestWriter manifest, LongConsumer progress) {
        this.manifest = manifest;
        this.progress = progress;
    }

    @Override
    public void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException {
        manifest.add(withExtended(ManifestEntry.of(path, status), ExtendedAttributes.of(directory)));
    }

    private static ManifestEntry withExtended(ManifestEntry entry, ExtendedAttributes extended) throws IOException {
        return entry.withExtended(extended.read(), List.of());
    }

    @Override
    public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
        manifest.add(withExtended(entry(path, parent, name, status), ExtendedAttributes.of(parent, name)));
    }

    private ManifestEntry entry(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
        return switch (status.type()) {
            case SYMLINK -> ManifestEntry.of(path, status).withTarget(Names.readSymlink(parent, name));
            case REGULAR -> regular(path, parent, name, status);
            default -> ManifestEntry.of(path, status);
        };
    }

    private ManifestEntry regular(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
        ManifestEntry first = linked.get(status.inode());
        if (first != null) {
            return ManifestEntry.of(path, status, first.sha256(), Optional.of(first.path()));
        }
        try (Descriptor file = Names.open(parent, name, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0)) {
            String sha256 = reading.read(file, status, (at, bytes) -> {
                bytesRead += bytes.remaining();
                progress.accept(bytesRead);
            });
            ManifestEntry entry = ManifestEntry.of(path, status, sha256, Optional.empty());
            if (status.links() > LINKS_WITH_ONE_NAME) {
                linked.put(status.inode(), entry);
            }
            return entry;
        }
    }

    @Override
    public void leave(TreePath path, Descriptor directory, FileStatus status) {}
}

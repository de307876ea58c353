package io.catchwater.sink.snapshot;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.seal.FileReading;
import io.catchwater.sink.seal.ManifestEntry;
import io.catchwater.sink.seal.ManifestWriter;
import io.catchwater.sink.seal.TreeWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Copies a tree into an empty directory and writes its manifest on the way: names, bytes, holes, links, modes, owners and
 * extended attributes (where permitted), modification times. Blocks are shared with the original where the file system can do that.
 *
 * <p>For one thread. Keeps in memory only the files with several names.
 */
final class TreeCopy implements TreeWalk.Visitor {

    /** Told of what is done; may wait, and may throw to end the copy. Holes, and a file's further names, are no bytes. */
    interface Progress {

        /** A file's bytes come next. */
        void begins(TreePath path, long size) throws IOException;

        /** How many bytes are best copied at once. */
        int piece();

        /** So many bytes come next. */
        void bytes(long count) throws IOException;

        /** A file is there. */
        void file(TreePath path) throws IOException;
    }

    /** A file of the replica with one name has this many links: that name, and the one in the store. */
    private static final int LINKS_WITH_ONE_NAME = 2;

    private static final int NEW_FILE_MODE = 0600;
    private static final int NEW_DIRECTORY_MODE = 0700;

    private final Deque<Descriptor> targets = new ArrayDeque<>();
    private final List<Uncovered> unkept = new ArrayList<>();
    private final Map<Long, ManifestEntry> linked = new HashMap<>();
    private final FileReading reading = new FileReading();
    private final boolean ownersKept = Attributes.mayChangeOwners();
    private final Descriptor targetRoot;
    private final ManifestWriter manifest;
    private final Progress progress;
    private boolean canClone = true;

    TreeCopy(Descriptor targetRoot, ManifestWriter manifest, Progress progress) {
        this.targetRoot = targetRoot;
        this.manifest = manifest;
        this.progress = progress;
    }

    /** Copies what is included. The root's own attributes are left to the caller: the manifest comes after. */
    void copy(Descriptor sourceRoot, Predicate<TreePath> included) throws IOException {
        try {
            TreeWalk.walk(sourceRoot, included, this);
        } finally {
            for (Descriptor target : targets) {
                target.close();
            }
        }
    }

    @Override
    public void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException {
        if (path.isRoot()) {
            targets.push(targetRoot.duplicate());
        } else {
            Descriptor parent = targets.element();
            Names.makeDirectory(parent, path.name(), NEW_DIRECTORY_MODE);
            int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
            targets.push(Names.open(parent, path.name(), flags, 0));
        }
        manifest.add(tryExtended(path, targets.element(), directory, status));
    }

    /** Its manifest entry comes first, and its attributes last: what it will have is tried out. */
    private ManifestEntry tryExtended(TreePath path, Descriptor target, Descriptor directory, FileStatus status)
            throws IOException {
        int mode = Attributes.status(target).mode();
        ExtendedAttributes extended = ExtendedAttributes.of(target);
        ManifestEntry entry = withExtended(
                ManifestEntry.of(path, status),
                extended,
                ExtendedAttributes.of(directory).read());
        Attributes.setMode(target, mode);
        return entry;
    }

    /** Sets extended attributes, and names those that can't be. */
    private ManifestEntry withExtended(ManifestEntry entry, ExtendedAttributes target, Map<String, ByteBuffer> wanted)
            throws IOException {
        List<String> refused = target.replace(wanted, false);
        ManifestEntry sealed = entry.withExtended(refused.isEmpty() ? wanted : target.read(), refused);
        unkept.addAll(unkept(sealed));
        return sealed;
    }

    static List<Uncovered> unkept(ManifestEntry entry) {
        return entry.unkept().stream()
                .map(each ->
                        UncoveredFacts.ofFile(UncoveredKind.UNKEPT, entry.path().bytes(), "extended attribute " + each))
                .toList();
    }

    /** What could not be set at the destination. */
    List<Uncovered> unkept() {
        return unkept;
    }

    @Override
    public void leave(TreePath path, Descriptor directory, FileStatus status) throws IOException {
        try (Descriptor target = targets.pop()) {
            if (!path.isRoot()) {
                setOwner(target, status);
                ExtendedAttributes.of(target)
                        .replace(ExtendedAttributes.of(directory).read(), false);
                setModeAndTime(target, status);
            }
        }
    }

    /** First of all: changing the owner takes setuid and capabilities away. */
    private void setOwner(Descriptor target, FileStatus status) throws IOException {
        if (ownersKept) {
            Attributes.setOwner(target, status.uid(), status.gid());
        }
    }

    /** Last of all: an ACL changes the mode. */
    private static void setModeAndTime(Descriptor target, FileStatus status) throws IOException {
        Attributes.setMode(target, status.mode());
        Attributes.setModified(target, status.modifiedNs());
    }

    @Override
    public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
        ManifestEntry first = linked.get(status.inode());
        if (first != null) {
            visitLinked(path, name, status, first);
        } else {
            ManifestEntry entry = status.type() == FileType.REGULAR
                    ? copyRegular(path, parent, name, status)
                    : copyOther(path, parent, name, status);
            if (status.links() > LINKS_WITH_ONE_NAME) {
                linked.put(status.inode(), entry);
            }
            manifest.add(entry);
        }
        if (status.type() == FileType.REGULAR) {
            progress.file(path);
        }
    }

    private void visitLinked(TreePath path, byte[] name, FileStatus status, ManifestEntry first) throws IOException {
        linkTo(first.path(), name);
        ManifestEntry entry = ManifestEntry.of(path, status, first.sha256(), Optional.of(first.path()));
        byte[] target = new byte[first.target().remaining()];
        first.target().duplicate().get(target);
        manifest.add(entry.withTarget(target).withExtendedOf(first));
    }

    /** From the directory that holds the first name: a path from the root may be longer than the kernel takes. */
    private void linkTo(TreePath first, byte[] name) throws IOException {
        if (first.parent().isRoot()) {
            Names.link(targetRoot, first.name(), targets.element(), name);
            return;
        }
        int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
        try (Descriptor holder = Names.openBeneath(targetRoot, first.parent().bytes(), flags, 0)) {
            Names.link(holder, first.name(), targets.element(), name);
        }
    }

    private ManifestEntry copyRegular(TreePath path, Descriptor parent, byte[] name, FileStatus status)
            throws IOException {
        int newFile = OpenFlags.WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;
        try (Descriptor source = Names.open(parent, name, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0);
                Descriptor target = Names.open(targets.element(), name, newFile, NEW_FILE_MODE)) {
            boolean cloned = canClone && status.size() > 0 && clone(source, target);
            progress.begins(path, status.size());
            String sha256 = reading.read(source, status, (at, bytes) -> takePieces(bytes, at, cloned ? null : target));
            if (Attributes.status(target).size() != status.size()) {
                Content.resize(target, status.size());
            }
            setOwner(target, status);
            ManifestEntry entry = withExtended(
                    ManifestEntry.of(path, status, sha256, Optional.empty()),
                    ExtendedAttributes.of(target),
                    ExtendedAttributes.of(source).read());
            setModeAndTime(target, status);
            return entry;
        }
    }

    /** @param target null where the blocks are shared, and only read for the checksum */
    private void takePieces(ByteBuffer bytes, long fileOffset, Descriptor target) throws IOException {
        long at = fileOffset;
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), progress.piece());
            progress.bytes(length);
            if (target != null) {
                Content.writeFully(target, bytes.slice(bytes.position(), length), at);
            }
            bytes.position(bytes.position() + length);
            at += length;
        }
    }

    private boolean clone(Descriptor source, Descriptor target) throws IOException {
        canClone = Content.cloneFrom(target, source);
        return canClone;
    }

    private ManifestEntry copyOther(TreePath path, Descriptor parent, byte[] name, FileStatus status)
            throws IOException {
        Descriptor target = targets.element();
        ManifestEntry entry = ManifestEntry.of(path, status);
        if (status.type() == FileType.SYMLINK) {
            byte[] says = Names.readSymlink(parent, name);
            Names.makeSymlink(says, target, name);
            entry = entry.withTarget(says);
        } else {
            Names.makeNode(target, name, status.mode(), status.specialDevice());
        }
        if (ownersKept) {
            Attributes.setOwner(target, name, status.uid(), status.gid());
        }
        entry = withExtended(
                entry,
                ExtendedAttributes.of(target, name),
                ExtendedAttributes.of(parent, name).read());
        if (status.type() != FileType.SYMLINK) {
            Attributes.setMode(target, name, status.mode());
        }
        Attributes.setModified(target, name, status.modifiedNs());
        return entry;
    }
}

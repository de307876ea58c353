package io.catchwater.sink.seal;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Walks a tree in {@link TreePath#WALK_ORDER}, following no symlink. The manifest and Catchwater's own directory in the
 * root are no part of it.
 */
public final class TreeWalk {

    private static final byte[] PARTIAL = ReplicaPlace.PARTIAL.getBytes(StandardCharsets.US_ASCII);

    private TreeWalk() {}

    /** Told of everything in the tree. */
    public interface Visitor {

        /** A directory, before what it holds; the root first. Descriptor is of the directory itself. */
        void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException;

        /** A name that is no directory. */
        void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException;

        /** A directory, after what it holds. */
        void leave(TreePath path, Descriptor directory, FileStatus status) throws IOException;
    }

    /** @param root open for reading; nothing below it changes */
    public static void walk(Descriptor root, Visitor visitor) throws IOException {
        walk(root, path -> true, visitor);
    }

    /**
     * Walks a part of a tree.
     *
     * @param root open for reading; nothing below it changes
     * @param included false for what is passed over, with everything below it
     */
    public static void walk(Descriptor root, Predicate<TreePath> included, Visitor visitor) throws IOException {
        new Walk(included, visitor, false).directory(TreePath.of(new byte[0]), root);
    }

    /** Walks a tree that may change meanwhile: what is gone when its turn comes is passed over. */
    public static void walkMoving(Descriptor root, Predicate<TreePath> included, Visitor visitor) throws IOException {
        new Walk(included, visitor, true).directory(TreePath.of(new byte[0]), root);
    }

    private record Walk(Predicate<TreePath> included, Visitor visitor, boolean moving) {

        void directory(TreePath path, Descriptor directory) throws IOException {
            FileStatus status = Attributes.status(directory);
            visitor.enter(path, directory, status);
            for (DirectoryReader.Entry entry : DirectoryReader.sorted(directory)) {
                byte[] name = entry.name();
                boolean own = path.isRoot() && isOwn(name);
                if (!own && included.test(path.child(name))) {
                    name(path.child(name), directory, name);
                }
            }
            visitor.leave(path, directory, status);
        }

        private void name(TreePath path, Descriptor parent, byte[] name) throws IOException {
            try {
                FileStatus status = Attributes.status(parent, name);
                if (status.type() != FileType.DIRECTORY) {
                    visitor.visit(path, parent, name, status);
                    return;
                }
                int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
                try (Descriptor below = Names.open(parent, name, flags, 0)) {
                    directory(path, below);
                }
            } catch (LinuxException e) {
                boolean gone = e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
                if (!moving || !gone) {
                    throw e;
                }
            }
        }
    }

    private static boolean isOwn(byte[] name) {
        return Arrays.equals(name, Manifest.nameBytes()) || Arrays.equals(name, PARTIAL);
    }
}

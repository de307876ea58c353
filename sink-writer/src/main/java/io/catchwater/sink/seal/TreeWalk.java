package io.catchwater.sink.seal;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

    /** @param root open for reading */
    public static void walk(Descriptor root, Visitor visitor) throws IOException {
        walk(TreePath.of(new byte[0]), root, visitor);
    }

    private static void walk(TreePath path, Descriptor directory, Visitor visitor) throws IOException {
        FileStatus status = Attributes.status(directory);
        visitor.enter(path, directory, status);
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(directory)) {
            byte[] name = entry.name();
            if (path.isRoot() && isOwn(name)) {
                continue;
            }
            FileStatus inner = Attributes.status(directory, name);
            if (inner.type() == FileType.DIRECTORY) {
                int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
                try (Descriptor below = Names.open(directory, name, flags, 0)) {
                    walk(path.child(name), below, visitor);
                }
            } else {
                visitor.visit(path.child(name), directory, name, inner);
            }
        }
        visitor.leave(path, directory, status);
    }

    private static boolean isOwn(byte[] name) {
        return Arrays.equals(name, Manifest.nameBytes()) || Arrays.equals(name, PARTIAL);
    }
}

package io.catchwater.bridge.source;

import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Place;
import io.catchwater.tree.Name;
import io.catchwater.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The watched directories and where they lie in the tree. One is the tree's root itself; several appear in a virtual
 * root under their last component. What is excluded lies outside the tree. Immutable.
 */
public final class SourceRoots {

    /** The virtual root, and where the root itself stands: no directory. */
    public static final FileId VIRTUAL_ROOT = new FileId(0L, 0L, 0L);

    private static final byte[] NOTHING = new byte[0];

    private final List<Root> roots;
    private final Exclusion exclusion;

    private SourceRoots(List<Root> roots, Exclusion exclusion) {
        this.roots = roots;
        this.exclusion = exclusion;
    }

    /**
     * A watched directory.
     *
     * @param directory canonical path on this host
     * @param place in the tree
     */
    public record Root(Path directory, TreePath place) {

        /** The path's bytes. */
        public byte[] bytes() {
            return directory.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** As {@link #of(List, Exclusion)}, where nothing is excluded. */
    public static SourceRoots of(List<Path> directories) throws IOException {
        return of(directories, Exclusion.NONE);
    }

    /**
     * Looks the directories up.
     *
     * @param directories 1 or more; symlinks are followed
     * @throws IOException when one is missing or no directory
     * @throws IllegalArgumentException when one lies inside another, two have the same last component, or one is
     *     the root of the host; the message can be shown to a user
     */
    public static SourceRoots of(List<Path> directories, Exclusion exclusion) throws IOException {
        List<Root> roots = new ArrayList<>();
        for (Path directory : directories) {
            Path real = directory.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new NotDirectoryException(directory.toString());
            }
            if (real.getFileName() == null) {
                throw new IllegalArgumentException("the root of the host can't be watched");
            }
            byte[] last = real.getFileName().toString().getBytes(StandardCharsets.UTF_8);
            TreePath place = directories.size() == 1 ? TreePath.ROOT : TreePath.ROOT.resolve(Name.of(last));
            for (Root other : roots) {
                if (real.startsWith(other.directory()) || other.directory().startsWith(real)) {
                    throw new IllegalArgumentException(real + " and " + other.directory() + " lie inside each other");
                }
                if (place.equals(other.place())) {
                    throw new IllegalArgumentException(
                            real + " and " + other.directory() + " have the same last component");
                }
            }
            roots.add(new Root(real, place));
        }
        return new SourceRoots(List.copyOf(roots), exclusion);
    }

    /** The directories, in the order given. */
    public List<Root> roots() {
        return roots;
    }

    /** True when the tree's root is no directory of this host. */
    public boolean isVirtual() {
        return roots.size() > 1;
    }

    /**
     * Where a path lies in the tree.
     *
     * @param path absolute and canonical, or empty
     * @param directory that holds it
     * @return null when it lies outside, is excluded, or is empty
     */
    public Place place(ByteBuffer path, FileId directory) {
        byte[] bytes = new byte[path.remaining()];
        path.duplicate().get(bytes);
        for (Root root : roots) {
            byte[] prefix = root.bytes();
            if (bytes.length >= prefix.length && Arrays.equals(prefix, 0, prefix.length, bytes, 0, prefix.length)) {
                if (bytes.length == prefix.length) {
                    return new Place(VIRTUAL_ROOT, ByteBuffer.wrap(root.place().bytes()));
                }
                if (bytes[prefix.length] == '/') {
                    if (exclusion.excludes(ByteBuffer.wrap(bytes), prefix.length)) {
                        return null;
                    }
                    return new Place(directory, below(root, bytes, prefix.length + 1));
                }
            }
        }
        return null;
    }

    /** True when something may be excluded. */
    public boolean hasExclusion() {
        return !exclusion.isNone();
    }

    /**
     * True for what lies below a watched directory, and is excluded.
     *
     * @param path absolute and canonical, or empty
     */
    public boolean isExcluded(ByteBuffer path) {
        for (Root root : exclusion.isNone() ? List.<Root>of() : roots) {
            byte[] prefix = root.bytes();
            boolean below = path.remaining() > prefix.length
                    && path.get(path.position() + prefix.length) == '/'
                    && path.slice(path.position(), prefix.length).equals(ByteBuffer.wrap(prefix));
            if (below && exclusion.excludes(path, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    /** True when what has this place in the tree would be excluded. */
    public boolean isExcluded(TreePath path) {
        if (exclusion.isNone()) {
            return false;
        }
        byte[] bytes = path.bytes();
        for (Root root : roots) {
            byte[] place = root.place().bytes();
            int gap = place.length == 0 ? 0 : 1;
            boolean below = bytes.length > place.length + gap
                    && Arrays.equals(place, 0, place.length, bytes, 0, place.length)
                    && (gap == 0 || bytes[place.length] == '/');
            if (below) {
                return exclusion.excludes(onHost(root, bytes, place.length + gap), root.bytes().length);
            }
        }
        return false;
    }

    private static ByteBuffer onHost(Root root, byte[] treePath, int from) {
        byte[] directory = root.bytes();
        byte[] joined = Arrays.copyOf(directory, directory.length + 1 + treePath.length - from);
        joined[directory.length] = '/';
        System.arraycopy(treePath, from, joined, directory.length + 1, treePath.length - from);
        return ByteBuffer.wrap(joined);
    }

    private static ByteBuffer below(Root root, byte[] path, int from) {
        byte[] place = root.place().isRoot() ? NOTHING : root.place().bytes();
        int gap = place.length == 0 ? 0 : 1;
        byte[] joined = Arrays.copyOf(place, place.length + gap + path.length - from);
        if (gap == 1) {
            joined[place.length] = '/';
        }
        System.arraycopy(path, from, joined, place.length + gap, path.length - from);
        return ByteBuffer.wrap(joined);
    }
}

package io.catchwater.bridge.source;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.tree.TreePath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The watched directories' files, reached from the directories' descriptors. Any thread until it is closed. */
public final class SourceFiles implements AutoCloseable {

    private static final byte[] HERE = {'.'};
    private static final int DIRECTORY_MODE = 0040755;

    private final List<Opened> opened;
    private final SourceRoots roots;
    private final boolean virtual;

    private record Opened(TreePath place, Descriptor directory) {}

    private SourceFiles(List<Opened> opened, SourceRoots roots) {
        this.opened = opened;
        this.roots = roots;
        this.virtual = roots.isVirtual();
    }

    /** @throws LinuxException when one can't be opened */
    public static SourceFiles open(SourceRoots roots) throws LinuxException {
        List<Opened> opened = new ArrayList<>();
        for (SourceRoots.Root root : roots.roots()) {
            opened.add(new Opened(root.place(), Descriptor.openDirectory(root.directory())));
        }
        return new SourceFiles(List.copyOf(opened), roots);
    }

    /** The id of the tree's root. */
    public FileId root() throws LinuxException {
        return virtual
                ? SourceRoots.VIRTUAL_ROOT
                : id(Attributes.status(opened.get(0).directory()));
    }

    /** Of the watched directories, in their order. */
    public List<FileStatus> directories() throws LinuxException {
        List<FileStatus> statuses = new ArrayList<>();
        for (Opened root : opened) {
            statuses.add(Attributes.status(root.directory()));
        }
        return statuses;
    }

    /** The attributes of the tree's root; of a virtual one such as a directory commonly has. */
    public FileAttributes rootAttributes() throws LinuxException {
        return virtual
                ? new FileAttributes(DIRECTORY_MODE, 0, 0, 0L, 0L, 0L, Map.of(), false)
                : attributes(opened.get(0).directory());
    }

    /** True when the path is that of a root which is no directory of this host. */
    public boolean isVirtual(TreePath path) {
        return virtual && path.isRoot();
    }

    /** True when what has this place would be excluded from the tree. */
    public boolean isExcluded(TreePath path) {
        return roots.isExcluded(path);
    }

    /** What a virtual root holds. */
    public List<ListedName> virtualNames() throws LinuxException {
        List<ListedName> names = new ArrayList<>();
        for (Opened root : opened) {
            FileId id = id(Attributes.status(root.directory()));
            names.add(new ListedName(
                    ByteBuffer.wrap(root.place().bytes()), id, attributes(root.directory()), ByteBuffer.allocate(0)));
        }
        return names;
    }

    /**
     * Opens what is at a path now, for reading; never through a symlink, never waiting for a fifo's other end.
     *
     * @throws LinuxException ENOENT, ENOTDIR, ELOOP when something else is there, or nothing; EACCES, EIO, …
     */
    public Descriptor open(TreePath path, int moreFlags) throws LinuxException {
        byte[] bytes = path.bytes();
        int flags = OpenFlags.READ | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING | moreFlags;
        if (!virtual) {
            return Names.openBeneath(opened.get(0).directory(), path.isRoot() ? HERE : bytes, flags, 0);
        }
        for (Opened root : opened) {
            byte[] first = root.place().bytes();
            if (Arrays.equals(first, bytes)) {
                return Names.openBeneath(root.directory(), HERE, flags, 0);
            }
            if (bytes.length > first.length
                    && bytes[first.length] == '/'
                    && Arrays.equals(first, 0, first.length, bytes, 0, first.length)) {
                byte[] below = Arrays.copyOfRange(bytes, first.length + 1, bytes.length);
                return Names.openBeneath(root.directory(), below, flags, 0);
            }
        }
        throw new LinuxException(Errno.ENOENT, "openat", path.toString());
    }

    /** True when an error says only that the name leads elsewhere by now. */
    public static boolean isElsewhere(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENXIO, Errno.ESTALE -> true;
            default -> false;
        };
    }

    /** The file id in a status. */
    public static FileId id(FileStatus status) {
        return new FileId(status.device(), status.inode(), status.birthNs());
    }

    /** The attributes of an open file; the descriptor need not be open for reading. */
    public static FileAttributes attributes(Descriptor file) throws LinuxException {
        return attributes(Attributes.status(file), ExtendedAttributes.of(file).read());
    }

    /**
     * The attributes in a status.
     *
     * @param extended null where they could not be read
     */
    public static FileAttributes attributes(FileStatus status, Map<String, ByteBuffer> extended) {
        return new FileAttributes(
                status.mode(),
                status.uid(),
                status.gid(),
                status.modifiedNs(),
                status.size(),
                status.specialDevice(),
                extended,
                !ExtendedAttributes.maySeeTrusted());
    }

    @Override
    public void close() throws LinuxException {
        for (Opened root : opened) {
            root.directory().close();
        }
    }
}

package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Everything of a replica that is no directory, each under its file id. A file is here from the first that is heard of
 * it until the source says that it is gone, whether it has names in the tree or not.
 *
 * <p>Used by one thread.
 */
public final class FileStore implements AutoCloseable {

    /** Files held open at most. */
    public static final int DEFAULT_OPEN_FILES_LIMIT = 256;

    private static final int NEW_FILE_MODE = 0600;
    private static final int SCRATCH_BYTES = 1 << 20;
    private static final byte[] LINK_IN_PROGRESS = "link-in-progress".getBytes(StandardCharsets.US_ASCII);

    private final Descriptor side;
    private final Descriptor files;
    private final OpenFiles open;
    private final TouchJournal journal;
    private final Unkept unkept;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final boolean ownersKept = Attributes.mayChangeOwners();
    private final Privileges privileges = new Privileges(ownersKept);

    /**
     * @param side directory beside the tree, for names in transition; stays the caller's
     * @param files directory that holds the files; stays the caller's
     * @param checkpoint number of the one that is gone on from
     * @param unkept is told what could not be set
     */
    FileStore(Descriptor side, Descriptor files, int openFilesLimit, long checkpoint, Unkept unkept)
            throws IOException {
        this.side = side;
        this.files = files;
        this.open = new OpenFiles(openFilesLimit, this::openOrCreate);
        this.journal = new TouchJournal(side, checkpoint);
        this.unkept = unkept;
        removeIfThere(side, LINK_IN_PROGRESS);
    }

    /** Every file has its modification time, and a checkpoint is on disk. */
    void checkpointed(long checkpoint) throws IOException {
        journal.checkpointed(checkpoint);
        open.checkpointed();
    }

    /**
     * Writes what the program wrote.
     *
     * @param timeNs when, nanoseconds since 1970
     */
    public void write(FileKey file, long fileOffset, ByteBuffer content, long timeNs) throws IOException {
        put(open.get(file).touch(timeNs), fileOffset, content);
    }

    /** A file was changed by bytes that a copy brings. Nothing happens when the file is not here. */
    public void touch(FileKey file, long timeNs) throws IOException {
        FileStatus present = status(file);
        if (present != null && present.type() == FileType.REGULAR) {
            open.get(file).touch(timeNs);
        }
    }

    /** Writes what the copy read. */
    public void place(FileKey file, long fileOffset, ByteBuffer content) throws IOException {
        OpenFile target = open.get(file);
        privileges.keep(target, () -> put(target.touch(), fileOffset, content));
    }

    private void put(Descriptor target, long fileOffset, ByteBuffer content) throws IOException {
        ByteBuffer from = content.duplicate();
        long at = fileOffset;
        while (from.hasRemaining()) {
            int length = Math.min(from.remaining(), SCRATCH_BYTES);
            scratch.clear().put(from.slice(from.position(), length)).flip();
            Content.writeFully(target, scratch, at);
            from.position(from.position() + length);
            at += length;
        }
    }

    /** Gives a file the size that the program gave it. */
    public void resize(FileKey file, long size, long timeNs) throws IOException {
        Content.resize(open.get(file).touch(timeNs), size);
    }

    /** Gives a file the size that the copy found. */
    public void placeSize(FileKey file, long size) throws IOException {
        OpenFile target = open.get(file);
        if (Attributes.status(target.descriptor()).size() != size) {
            privileges.keep(target, () -> Content.resize(target.touch(), size));
        }
    }

    /** Makes a range zero, a hole where there can be one; a shorter file is extended to its end. */
    public void placeZeros(FileKey file, long start, long end) throws IOException {
        OpenFile target = open.get(file);
        privileges.keep(target, () -> placeZeros(target.touch(), start, end));
    }

    private void placeZeros(Descriptor target, long start, long end) throws IOException {
        long size = Attributes.status(target).size();
        long inside = Math.min(end, size);
        if (start < inside) {
            punch(target, start, inside);
        }
        if (end > size) {
            Content.resize(target, end);
        }
    }

    private void punch(Descriptor target, long start, long end) throws IOException {
        try {
            Content.punchHole(target, start, end - start);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
            overwriteData(target, start, end);
        }
    }

    /** Where there is a hole already there is nothing to do. */
    private void overwriteData(Descriptor target, long start, long end) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(SCRATCH_BYTES, end - start));
        long at = Content.nextData(target, start);
        while (at >= 0 && at < end) {
            long length = Math.min(Math.min(zeros.capacity(), end - at), Content.nextHole(target, at) - at);
            put(target, at, zeros.clear().limit((int) length));
            at = Content.nextData(target, at + length);
        }
    }

    /** The file is empty and new, whatever was here before. */
    public void begin(FileKey file, long timeNs) throws IOException {
        Content.resize(open.get(file).touch(timeNs), 0);
    }

    /** The file is gone from the source. */
    public void drop(FileKey file) throws IOException {
        open.close(file);
        removeIfThere(files, file.storeName());
    }

    /** @return null when the file is not here */
    public FileStatus status(FileKey file) throws IOException {
        return statusIfThere(files, file.storeName());
    }

    /**
     * Makes what is not here yet, without content.
     *
     * @param attributes say what it is
     * @param target of a symlink
     */
    public void create(FileKey file, FileAttributes attributes, byte[] target) throws IOException {
        switch (FileType.of(attributes.getMode())) {
            case REGULAR -> open.get(file);
            case SYMLINK -> Names.makeSymlink(target, files, file.storeName());
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                Names.makeNode(files, file.storeName(), attributes.getMode(), attributes.getSpecialDevice());
            case DIRECTORY, UNKNOWN ->
                throw new LinuxException(Errno.EINVAL, "create", Names.printable(file.storeName()));
        }
    }

    /**
     * Mode, owner and extended attributes (where permitted), modification time. Nothing happens when the file is not here.
     *
     * @param path that it has in the tree, for messages; null for none
     */
    void setAttributes(FileKey file, TreePath path, FileAttributes attributes) throws IOException {
        byte[] name = file.storeName();
        FileStatus present = statusIfThere(files, name);
        if (present == null) {
            return;
        }
        if (ownersKept && (present.uid() != attributes.getUid() || present.gid() != attributes.getGid())) {
            Attributes.setOwner(files, name, attributes.getUid(), attributes.getGid());
        }
        if (attributes.getExtended() != null) {
            setExtended(file, path, present, attributes);
        }
        present = Attributes.status(files, name);
        if (present.type() != FileType.SYMLINK && present.permissions() != (attributes.getMode() & 07777)) {
            Attributes.setMode(files, name, attributes.getMode());
        }
        journal.forget(file);
        OpenFile opened = open.getIfOpen(file);
        if (opened != null) {
            opened.setModifiedNs(attributes.getModifiedNs());
        } else if (present.modifiedNs() != attributes.getModifiedNs()) {
            Attributes.setModified(files, name, attributes.getModifiedNs());
        }
    }

    /** After the owner, whose change takes capabilities away; before the mode, which an ACL changes. */
    private void setExtended(FileKey file, TreePath path, FileStatus present, FileAttributes attributes)
            throws IOException {
        byte[] name = file.storeName();
        boolean forbidden = !ownersKept
                && present.type() != FileType.SYMLINK
                && (present.permissions() & NEW_FILE_MODE) != NEW_FILE_MODE;
        if (forbidden) {
            Attributes.setMode(files, name, present.permissions() | NEW_FILE_MODE);
        }
        unkept.add(
                path == null ? name : path.bytes(),
                ExtendedAttributes.of(files, name).replace(attributes.getExtended(), attributes.getTrustedUnseen()));
    }

    /** Gives a file one more name; what has the name now loses it in the same step. It must not be a directory. */
    void link(FileKey file, Descriptor directory, byte[] name) throws IOException {
        try {
            Names.link(files, file.storeName(), directory, name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            removeIfThere(side, LINK_IN_PROGRESS);
            Names.link(files, file.storeName(), side, LINK_IN_PROGRESS);
            Names.rename(side, LINK_IN_PROGRESS, directory, name);
        }
    }

    /** Drops every file that has no name in the tree and of whose id the predicate says so. */
    public void dropNameless(Predicate<String> droppable) throws IOException {
        DirectoryReader reader = new DirectoryReader(files);
        for (DirectoryReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
            String id = new String(entry.name(), StandardCharsets.US_ASCII);
            if (droppable.test(id) && Attributes.status(files, entry.name()).links() == 1) {
                Names.unlink(files, entry.name());
            }
        }
    }

    /** Drops those of the given inodes that have no name in the tree. */
    void dropNameless(Set<Long> inodes) throws IOException {
        DirectoryReader reader = new DirectoryReader(files);
        for (DirectoryReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
            if (inodes.contains(entry.inode())
                    && Attributes.status(files, entry.name()).links() == 1) {
                Names.unlink(files, entry.name());
            }
        }
    }

    /** The modification time that a file has to have, as far as operations have been applied. */
    long modifiedNs(FileKey file, FileStatus present) {
        OpenFile opened = open.getIfOpen(file);
        return opened != null ? opened.modifiedNs() : journal.modifiedNs(file, present.modifiedNs());
    }

    /** Gives every file its modification time. */
    public void settle() throws IOException {
        open.settle();
    }

    @Override
    public void close() throws IOException {
        try (journal) {
            open.closeAll();
        }
    }

    private OpenFile openOrCreate(FileKey file) throws IOException {
        byte[] name = file.storeName();
        int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;
        try {
            return opened(file, Names.open(files, name, flags, NEW_FILE_MODE));
        } catch (LinuxException e) {
            if (e.errno() != Errno.EACCES) {
                throw e;
            }
            return openAgainstMode(file, name, flags);
        }
    }

    private OpenFile opened(FileKey file, Descriptor descriptor) throws IOException {
        Privileges.recover(descriptor);
        return new OpenFile(file, descriptor, journal);
    }

    /** A program may hold a file open for writing whose mode forbids opening it so; root never comes here. */
    private OpenFile openAgainstMode(FileKey file, byte[] name, int flags) throws IOException {
        FileStatus present = Attributes.status(files, name);
        Attributes.setMode(files, name, present.mode() | NEW_FILE_MODE);
        try {
            return opened(file, Names.open(files, name, flags, NEW_FILE_MODE));
        } finally {
            Attributes.setMode(files, name, present.mode());
        }
    }

    /** As {@link Attributes#status(Descriptor, byte[])}; null when there is no such name. */
    public static FileStatus statusIfThere(Descriptor directory, byte[] name) throws IOException {
        try {
            return Attributes.status(directory, name);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    private static void removeIfThere(Descriptor directory, byte[] name) throws IOException {
        try {
            Names.unlink(directory, name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}

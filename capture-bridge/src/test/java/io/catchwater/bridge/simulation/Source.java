package io.catchwater.bridge.simulation;

import static io.catchwater.schemas.ring.RingLayout.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.bridge.copy.FileKey;
import io.catchwater.bridge.ring.RingWriter;
import io.catchwater.bridge.ring.RingWriter.Entry;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A watched directory and what programs do to it: real calls on real files, claimed in the ring by the rules of
 * docs/RING.md, and noted with their LSNs.
 */
final class Source {

    private static final byte[] NONE = new byte[0];
    private static final FileId NO_FILE = new FileId(0L, 0L, 0L);

    final Path root;
    final Path outside;
    final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
    /** Changes that moved a file without saying which: each may be taken for one that was not captured. */
    final AtomicInteger unsaid = new AtomicInteger();

    private final ReentrantLock nameLock = new ReentrantLock();
    private final Map<FileKey, ReentrantLock> fileLocks = new ConcurrentHashMap<>();

    /** A change that has returned. */
    record Done(long lsn, Consumer<Truth> effect) {}

    /** A file that a program has open. */
    record OpenFile(RandomAccessFile file, FileId id) {}

    Source(Path root, Path outside) {
        this.root = root;
        this.outside = outside;
    }

    static FileId id(Path path) throws IOException {
        return SourceFiles.id(status(path));
    }

    private static FileStatus status(Path path) throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
            return Attributes.status(file);
        }
    }

    /** The tree on disk. */
    Map<String, byte[]> onDisk() throws IOException {
        Map<String, byte[]> tree = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.filter(p -> !p.equals(root)).toList()) {
                tree.put(root.relativize(path).toString(), Files.isDirectory(path) ? null : Files.readAllBytes(path));
            }
        }
        return tree;
    }

    /** What was there before capture. */
    Truth truthNow() throws IOException {
        Truth truth = new Truth();
        for (Map.Entry<String, byte[]> entry : onDisk().entrySet()) {
            if (entry.getValue() == null) {
                truth.directory(entry.getKey());
            } else {
                truth.file(entry.getKey(), FileKey.of(id(root.resolve(entry.getKey()))), entry.getValue());
            }
        }
        return truth;
    }

    /** One thread of a program. */
    final class Program {
        private final RingWriter.Slot slot;
        private final long incarnation;
        private final long delayNs;
        private final Random random;

        Program(RingWriter ring, long incarnation, int tid, long delayNs) {
            this.slot = ring.acquire(1, tid, 1);
            this.incarnation = incarnation;
            this.delayNs = delayNs;
            this.random = new Random(tid);
        }

        OpenFile open(String path) throws IOException {
            nameLock.lock();
            try {
                FileId id = id(root.resolve(path));
                return new OpenFile(new RandomAccessFile(root.resolve(path).toFile(), "rw"), id);
            } finally {
                nameLock.unlock();
            }
        }

        void write(OpenFile file, long fileOffset, byte[] bytes, boolean reread) throws IOException {
            ReentrantLock lock = lock(file.id());
            lock.lock();
            try {
                slot.announce(KIND_WRITE, file.id(), fileOffset, fileOffset + bytes.length);
                file.file().seek(fileOffset);
                file.file().write(bytes);
                dawdle();
                Entry entry = reread
                        ? Entry.plain(KIND_WRITE, FLAG_REREAD, file.id(), fileOffset, bytes.length)
                        : Entry.write(file.id(), fileOffset, bytes);
                claim(entry, truth -> truth.write(FileKey.of(file.id()), fileOffset, bytes));
            } finally {
                lock.unlock();
            }
        }

        void writeInTwo(OpenFile file, long fileOffset, byte[] bytes, int half) throws IOException {
            ReentrantLock lock = lock(file.id());
            lock.lock();
            try {
                slot.announce(KIND_WRITE, file.id(), fileOffset, fileOffset + bytes.length);
                file.file().seek(fileOffset);
                file.file().write(bytes);
                byte[] head = java.util.Arrays.copyOf(bytes, half);
                byte[] tail = java.util.Arrays.copyOfRange(bytes, half, bytes.length);
                long first =
                        slot.append(Entry.write(file.id(), fileOffset, head).withFlags(FLAG_CONTINUES, 0));
                slot.firstPosition(first);
                dawdle();
                claim(
                        Entry.write(file.id(), fileOffset + half, tail).withFlags(FLAG_CONTINUED, first),
                        truth -> truth.write(FileKey.of(file.id()), fileOffset, bytes));
            } finally {
                lock.unlock();
            }
        }

        void truncate(OpenFile file, long size) throws IOException {
            ReentrantLock lock = lock(file.id());
            lock.lock();
            try {
                slot.announce(KIND_TRUNCATE, file.id(), 0, UNBOUNDED);
                file.file().setLength(size);
                dawdle();
                claim(
                        Entry.plain(KIND_TRUNCATE, 0, file.id(), 0, size),
                        truth -> truth.truncate(FileKey.of(file.id()), size));
            } finally {
                lock.unlock();
            }
        }

        void create(String path) throws IOException {
            names(KIND_CREATE, () -> {
                Files.createFile(root.resolve(path));
                FileKey key = FileKey.of(id(root.resolve(path)));
                name(KIND_CREATE, path, "", root.resolve(path), truth -> truth.file(path, key, new byte[0]));
            });
        }

        void makeDirectory(String path) throws IOException {
            names(KIND_MKDIR, () -> {
                Files.createDirectory(root.resolve(path));
                name(KIND_MKDIR, path, "", root.resolve(path), truth -> truth.directory(path));
            });
        }

        void link(String path, String existing) throws IOException {
            names(KIND_LINK, () -> {
                Files.createLink(root.resolve(path), root.resolve(existing));
                FileKey key = FileKey.of(id(root.resolve(path)));
                name(KIND_LINK, path, "", root.resolve(path), truth -> truth.link(path, key));
            });
        }

        void rename(String path, String newPath) throws IOException {
            names(KIND_RENAME, () -> {
                Path target = root.resolve(newPath);
                if (id(root.resolve(path)).equals(Files.exists(target) ? id(target) : NO_FILE)) {
                    return;
                }
                Files.move(root.resolve(path), target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                name(KIND_RENAME, path, newPath, target, truth -> truth.rename(path, newPath));
            });
        }

        /** As {@link #rename}, where the hook could not tell which names. */
        void renameUnseen(String path, String newPath) throws IOException {
            names(KIND_RENAME, () -> {
                Files.move(root.resolve(path), root.resolve(newPath));
                unsaid.incrementAndGet();
                dawdle();
                ByteBuffer payload = RingWriter.names(NO_FILE, NO_FILE, 0, 0, 0, NONE, NONE, NONE);
                long position = slot.append(new Entry(KIND_RENAME, FLAG_UNORDERED, NO_FILE, 0, 0, 0, payload));
                done.add(new Done(
                        position == 0 ? -1 : Lsn.of(incarnation, position), truth -> truth.rename(path, newPath)));
            });
        }

        /** Brings something in from outside. */
        void bringIn(String name, String newPath, Consumer<Truth> effect) throws IOException {
            names(KIND_RENAME, () -> {
                Files.move(outside.resolve(name), root.resolve(newPath), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                name(KIND_RENAME, outside.resolve(name).toString(), newPath, root.resolve(newPath), effect);
            });
        }

        void takeOut(String path, String name) throws IOException {
            names(KIND_RENAME, () -> {
                Files.move(root.resolve(path), outside.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                name(
                        KIND_RENAME,
                        path,
                        outside.resolve(name).toString(),
                        outside.resolve(name),
                        truth -> truth.remove(path));
            });
        }

        void unlink(String path) throws IOException {
            names(KIND_UNLINK, () -> {
                FileStatus status = status(root.resolve(path));
                Files.delete(root.resolve(path));
                name(
                        status.type() == io.catchwater.files.FileType.DIRECTORY ? KIND_RMDIR : KIND_UNLINK,
                        path,
                        "",
                        status,
                        truth -> truth.remove(path));
            });
        }

        /** Changes a file and dies before it can say so. */
        void writeAndDie(OpenFile file, long fileOffset, byte[] bytes) throws IOException {
            slot.announce(KIND_WRITE, file.id(), fileOffset, fileOffset + bytes.length);
            file.file().seek(fileOffset);
            file.file().write(bytes);
        }

        /** Changes a file, claims, and dies. */
        void writeClaimAndDie(OpenFile file, long fileOffset, byte[] bytes) throws IOException {
            writeAndDie(file, fileOffset, bytes);
            slot.claim(ENTRY_HEADER_BYTES + bytes.length, 0);
        }

        /** Changes a file in two entries and dies between them. */
        void writeHalfAndDie(OpenFile file, long fileOffset, byte[] bytes, int half) throws IOException {
            writeAndDie(file, fileOffset, bytes);
            byte[] head = java.util.Arrays.copyOf(bytes, half);
            slot.firstPosition(
                    slot.append(Entry.write(file.id(), fileOffset, head).withFlags(FLAG_CONTINUES, 0)));
        }

        /** Renames and dies. */
        void renameAndDie(String path, String newPath) throws IOException {
            slot.announce(KIND_RENAME, NO_FILE, 0, 0);
            Files.move(root.resolve(path), root.resolve(newPath));
            unsaid.incrementAndGet();
        }

        void mapped(OpenFile file) {
            slot.announce(KIND_MAPPED, file.id(), 0, 0);
            slot.append(Entry.plain(KIND_MAPPED, 0, file.id(), 0, 0));
            slot.end();
        }

        private interface Change {
            void run() throws IOException;
        }

        private void names(int kind, Change change) throws IOException {
            nameLock.lock();
            try {
                slot.announce(kind, NO_FILE, 0, 0);
                change.run();
            } finally {
                slot.end();
                nameLock.unlock();
            }
        }

        private void name(int kind, String path, String newPath, Path file, Consumer<Truth> effect) throws IOException {
            name(kind, path, newPath, status(file), effect);
        }

        private void name(int kind, String path, String newPath, FileStatus status, Consumer<Truth> effect)
                throws IOException {
            dawdle();
            ByteBuffer payload = RingWriter.names(
                    parent(path),
                    newPath.isEmpty() ? NO_FILE : parent(newPath),
                    status.mode(),
                    status.links(),
                    status.size(),
                    absolute(path),
                    newPath.isEmpty() ? NONE : absolute(newPath),
                    NONE);
            long position = slot.append(new Entry(kind, 0, SourceFiles.id(status), 0, 0, 0, payload));
            done.add(new Done(position == 0 ? -1 : Lsn.of(incarnation, position), effect));
        }

        private FileId parent(String path) throws IOException {
            return id(root.resolve(path).getParent());
        }

        private byte[] absolute(String path) {
            return root.resolve(path).toString().getBytes(UTF_8);
        }

        private void claim(Entry entry, Consumer<Truth> effect) {
            long position = slot.append(entry);
            slot.end();
            done.add(new Done(position == 0 ? -1 : Lsn.of(incarnation, position), effect));
        }

        private void dawdle() {
            if (delayNs > 0) {
                boolean seldom = random.nextInt(10) == 0;
                LockSupport.parkNanos((long) (random.nextDouble() * (seldom ? 30 * delayNs : delayNs)));
            }
        }
    }

    private ReentrantLock lock(FileId file) {
        return fileLocks.computeIfAbsent(FileKey.of(file), f -> new ReentrantLock());
    }
}

package io.catchwater.sink.seal;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Compares a sealed directory with its manifest: names, types, bytes, sizes, modes, symlinks' targets, extended
 * attributes (trusted.* only where this process sees them). Owners and times are not compared, so that a backup may be
 * copied as another user. For one thread.
 */
public final class Verification {

    /** Differences that are kept; further ones are counted. */
    public static final int DIFFERENCES_LIMIT = 100;

    private final List<Difference> differences = new ArrayList<>();
    private final FileReading reading = new FileReading();
    private final Progress progress;
    private final TreeSize total;
    private final double share;
    private final Subset subset;
    private long differencesFound;
    private long files;
    private long bytes;

    private Verification(TreeSize total, double share, Progress progress) {
        this.total = total;
        this.share = share;
        this.subset = new Subset(share, total.files(), new Random());
        this.progress = progress;
    }

    /** Told of how far it is, often; has to be quick. */
    public interface Progress {

        /**
         * @param files read so far
         * @param filesTotal to read, about
         * @param bytes read so far
         * @param bytesTotal to read, about
         */
        void progress(long files, long filesTotal, long bytes, long bytesTotal);
    }

    /** What kind of difference. */
    public enum Kind {
        MISSING,
        EXTRA,
        TYPE,
        SIZE,
        MODE,
        CONTENT,
        TARGET,
        XATTR,
        MANIFEST
    }

    /**
     * A difference.
     *
     * @param path printable; empty for the root and the manifest
     * @param detail one line for a reader
     */
    public record Difference(Kind kind, String path, String detail) {}

    /**
     * What was found.
     *
     * @param manifest of the directory; empty when it is damaged
     * @param differences the first {@link #DIFFERENCES_LIMIT}
     * @param differencesFound all of them
     * @param files regular files compared
     * @param bytes read
     */
    public record Result(
            Optional<Manifest> manifest, List<Difference> differences, long differencesFound, long files, long bytes) {

        /** True when there was no difference. */
        public boolean isSame() {
            return differencesFound == 0;
        }
    }

    /** Compares everything, in silence. */
    public static Result verify(Path directory) throws IOException {
        return verify(directory, 1, (files, filesTotal, bytes, bytesTotal) -> {});
    }

    /**
     * Compares.
     *
     * @param share of the files whose bytes are read, above 0 up to 1, others every time; names, types, sizes, modes and
     *     attributes are always compared
     * @param progress told now and then
     * @throws SinkException when it is no directory, or has no manifest
     * @throws IOException when it cannot be read
     */
    public static Result verify(Path directory, double share, Progress progress) throws IOException {
        try (Descriptor root = Descriptor.openDirectory(directory)) {
            Verification verification = new Verification(TreeSize.of(root, path -> true), share, progress);
            return verification.against(root);
        } catch (LinuxException e) {
            throw unusable(directory, e);
        }
    }

    private Result against(Descriptor root) throws IOException {
        try (ManifestReader reader = new ManifestReader(root)) {
            compare(root, reader);
            return result(Optional.of(reader.manifest()));
        } catch (DamagedManifestException e) {
            found(Kind.MANIFEST, "", e.getMessage());
            return result(Optional.empty());
        }
    }

    private static IOException unusable(Path directory, LinuxException e) {
        boolean noManifest = e.errno() == Errno.ENOENT && e.getMessage().contains(Manifest.NAME);
        boolean begun = directory.resolve(ReplicaPlace.PARTIAL).toFile().isDirectory();
        String why = begun ? ": it was begun and is not complete" : ": it has no " + Manifest.NAME;
        return new SinkException(
                SinkException.Reason.DESTINATION_UNUSABLE,
                e.errno(),
                noManifest ? "'" + directory + "' is no sealed backup" + why : e.getMessage(),
                e);
    }

    private Result result(Optional<Manifest> manifest) {
        return new Result(manifest, List.copyOf(differences), differencesFound, files, bytes);
    }

    private void compare(Descriptor root, ManifestReader reader) throws IOException {
        Expected expected = new Expected(reader);
        TreeWalk.walk(root, new TreeWalk.Visitor() {
            @Override
            public void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException {
                ManifestEntry entry = expected.take(path);
                if (entry != null && compareStatus(entry, status)) {
                    compareExtended(entry, ExtendedAttributes.of(directory));
                }
            }

            @Override
            public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
                ManifestEntry entry = expected.take(path);
                if (entry != null && compareStatus(entry, status)) {
                    compareContent(entry, parent, name, status);
                    compareExtended(entry, ExtendedAttributes.of(parent, name));
                }
            }

            @Override
            public void leave(TreePath path, Descriptor directory, FileStatus status) {}
        });
        expected.finish();
    }

    /** Goes through the manifest beside the walk. */
    private final class Expected {
        private final ManifestReader reader;
        private ManifestEntry next;

        Expected(ManifestReader reader) throws IOException {
            this.reader = reader;
            this.next = reader.next();
        }

        /** @return null when the manifest does not know the path */
        ManifestEntry take(TreePath path) throws IOException {
            while (next != null && TreePath.WALK_ORDER.compare(next.path(), path) < 0) {
                found(Kind.MISSING, next.path().toString(), "is in the manifest and not in the directory");
                next = reader.next();
            }
            if (next == null || !next.path().equals(path)) {
                found(Kind.EXTRA, path.toString(), "is not in the manifest");
                return null;
            }
            ManifestEntry entry = next;
            next = reader.next();
            return entry;
        }

        void finish() throws IOException {
            for (; next != null; next = reader.next()) {
                found(Kind.MISSING, next.path().toString(), "is in the manifest and not in the directory");
            }
        }
    }

    private boolean compareStatus(ManifestEntry entry, FileStatus status) {
        String path = entry.path().toString();
        if (status.type() != entry.type()) {
            found(
                    Kind.TYPE,
                    path,
                    "is a " + ManifestEntry.typeName(status.type()) + ", was a "
                            + ManifestEntry.typeName(entry.type()));
            return false;
        }
        if (entry.type() != FileType.SYMLINK && status.permissions() != entry.permissions()) {
            found(Kind.MODE, path, String.format("has mode %04o, had %04o", status.permissions(), entry.permissions()));
        }
        if (entry.type() == FileType.REGULAR && status.size() != entry.size()) {
            found(Kind.SIZE, path, "has " + status.size() + " bytes, had " + entry.size());
            return false;
        }
        return true;
    }

    private void compareExtended(ManifestEntry entry, ExtendedAttributes extended) throws IOException {
        SortedMap<String, ByteBuffer> present = extended.read();
        SortedSet<String> names = new TreeSet<>(present.keySet());
        names.addAll(entry.extended().keySet());
        for (String name : names) {
            ByteBuffer value = present.get(name);
            boolean same = value != null
                    && ManifestEntry.checksum(value).equals(entry.extended().get(name));
            boolean unseen = name.startsWith(ExtendedAttributes.TRUSTED) && !ExtendedAttributes.maySeeTrusted();
            if (!same && !unseen) {
                String what = value == null ? "lacks" : entry.extended().containsKey(name) ? "has another" : "had no";
                found(Kind.XATTR, entry.path().toString(), what + " extended attribute " + name);
            }
        }
    }

    private void compareContent(ManifestEntry entry, Descriptor parent, byte[] name, FileStatus status)
            throws IOException {
        if (entry.type() == FileType.SYMLINK) {
            if (!ByteBuffer.wrap(Names.readSymlink(parent, name)).equals(entry.target())) {
                found(Kind.TARGET, entry.path().toString(), "points elsewhere");
            }
        } else if (entry.type() == FileType.REGULAR) {
            if (!subset.takesNext()) {
                return;
            }
            try (Descriptor file = Names.open(parent, name, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0)) {
                String sha256 = reading.readLike(
                        file, Attributes.status(file).size(), entry.sha256(), (at, read) -> count(read.remaining()));
                if (!sha256.equals(entry.sha256())) {
                    found(Kind.CONTENT, entry.path().toString(), "has other bytes than were sealed");
                }
            }
            files++;
        } else if (status.specialDevice() != entry.specialDevice()) {
            found(Kind.TYPE, entry.path().toString(), "is another device");
        }
    }

    private void count(int more) {
        bytes += more;
        progress.progress(files, Math.round(share * total.files()), bytes, Math.round(share * total.bytes()));
    }

    private void found(Kind kind, String path, String detail) {
        differencesFound++;
        if (differences.size() < DIFFERENCES_LIMIT) {
            differences.add(new Difference(kind, path, detail));
        }
    }
}

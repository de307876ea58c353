package io.catchwater.sink.seal;

import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.sink.replica.TreePath;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a manifest says of one name.
 *
 * @param path empty for the root
 * @param type what it names
 * @param size of a regular file, in bytes; else 0
 * @param permissions with setuid, setgid and sticky
 * @param uid numeric owner
 * @param gid numeric group
 * @param modifiedNs nanoseconds since 1970
 * @param specialDevice of a device node: major &lt;&lt; 32 | minor
 * @param sha256 of a regular file's bytes, hexadecimal, or with a prefix as {@link TreeSha256} has it; else empty
 * @param target of a symlink; else empty
 * @param linkOf another name of the same file that comes before this one
 * @param extended extended attributes: SHA-256 of the value, hexadecimal, by name
 * @param unkept extended attributes that could not be set here, and why
 */
public record ManifestEntry(
        TreePath path,
        FileType type,
        long size,
        int permissions,
        int uid,
        int gid,
        long modifiedNs,
        long specialDevice,
        String sha256,
        ByteBuffer target,
        Optional<TreePath> linkOf,
        SortedMap<String, String> extended,
        List<String> unkept) {

    private static final SortedMap<String, String> NONE = Collections.emptySortedMap();
    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** Of what has no content. */
    public static ManifestEntry of(TreePath path, FileStatus status) {
        return of(path, status, "", Optional.empty());
    }

    /** Of a regular file. */
    public static ManifestEntry of(TreePath path, FileStatus status, String sha256, Optional<TreePath> linkOf) {
        long size = status.type() == FileType.REGULAR ? status.size() : 0;
        return new ManifestEntry(
                path,
                status.type(),
                size,
                status.permissions(),
                status.uid(),
                status.gid(),
                status.modifiedNs(),
                status.specialDevice(),
                sha256,
                NO_TARGET,
                linkOf,
                NONE,
                List.of());
    }

    /** Of a symlink. */
    public ManifestEntry withTarget(byte[] bytes) {
        return new ManifestEntry(
                path,
                type,
                size,
                permissions,
                uid,
                gid,
                modifiedNs,
                specialDevice,
                sha256,
                ByteBuffer.wrap(bytes),
                linkOf,
                extended,
                unkept);
    }

    /**
     * With extended attributes.
     *
     * @param refused that could not be set, and why
     */
    public ManifestEntry withExtended(Map<String, ByteBuffer> values, List<String> refused) {
        SortedMap<String, String> sums = new TreeMap<>();
        values.forEach((name, value) -> sums.put(name, checksum(value)));
        return withExtended(sums, refused);
    }

    /** With those of another name of the same file. */
    public ManifestEntry withExtendedOf(ManifestEntry other) {
        return withExtended(other.extended(), other.unkept());
    }

    private ManifestEntry withExtended(SortedMap<String, String> sums, List<String> refused) {
        return new ManifestEntry(
                path,
                type,
                size,
                permissions,
                uid,
                gid,
                modifiedNs,
                specialDevice,
                sha256,
                target,
                linkOf,
                sums,
                List.copyOf(refused));
    }

    static String checksum(ByteBuffer value) {
        Sha256 sha256 = new Sha256();
        sha256.update(value);
        return sha256.finish();
    }

    static String typeName(FileType type) {
        return type == FileType.REGULAR
                ? "file"
                : type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static FileType typeOf(String name) {
        for (FileType type : FileType.values()) {
            if (typeName(type).equals(name)) {
                return type;
            }
        }
        return FileType.UNKNOWN;
    }
}

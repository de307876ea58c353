package io.catchwater.sink.seal;

import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.sink.replica.TreePath;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

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
 * @param sha256 of a regular file's bytes, hexadecimal; else empty
 * @param target of a symlink; else empty
 * @param linkOf another name of the same file that comes before this one
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
        Optional<TreePath> linkOf) {

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
                linkOf);
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
                linkOf);
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

package io.catchwater.sink.seal;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a manifest says of the snapshot as a whole.
 *
 * <p>The file is one JSON object: the fields below, {@code entries} (one per name, in the order of a walk), {@code
 * files}, {@code bytes}, and at the very end {@code checksum}, the SHA-256 of every byte before that field's comma.
 *
 * <p>An entry's {@code sha256} is that of the file's bytes; it begins with {@code tree:} where the file has holes of a
 * gigabyte and more, and is then that of {@link TreeSha256}. {@code xattrs} has the SHA-256 of each extended attribute's
 * value by its name, {@code unkept} those that could not be set here, and why; both are left out when empty.
 *
 * @param source name of the source
 * @param snapshotId id of the command, or of the restore
 * @param lsn the cut
 * @param requestedLsn at which it was asked for; lower when that fell into an open window
 * @param timeNs wall clock of the cut, nanoseconds since 1970
 * @param uncovered what may have changed unseen, one line each
 * @param exclude regular expression of the source paths that were left out; empty when none were
 * @param beforeNs of a restore: how long before the moment asked for the cut is
 */
public record Manifest(
        String source,
        String snapshotId,
        long lsn,
        long requestedLsn,
        long timeNs,
        List<String> uncovered,
        String exclude,
        long beforeNs) {

    /** Name of the file in the root of a sealed directory. */
    public static final String NAME = ".catchwater-manifest.json";

    /** Manifests of another version are not read. */
    public static final int FORMAT_VERSION = 1;

    static final String FORMAT = "catchwater-manifest";
    static final String CHECKSUM_BEGIN = ",\"checksum\":\"";
    static final String CHECKSUM_END = "\"}\n";
    static final int SHA256_HEX_LENGTH = 64;
    static final int TRAILER_BYTES = CHECKSUM_BEGIN.length() + SHA256_HEX_LENGTH + CHECKSUM_END.length();

    private static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.US_ASCII);

    public Manifest {
        uncovered = List.copyOf(uncovered);
    }

    /** Of a tree of which nothing was left out. */
    public Manifest(
            String source, String snapshotId, long lsn, long requestedLsn, long timeNs, List<String> uncovered) {
        this(source, snapshotId, lsn, requestedLsn, timeNs, uncovered, "", 0);
    }

    /** The same, of a state that is so much older than what was asked for. */
    public Manifest before(long ns) {
        return new Manifest(source, snapshotId, lsn, requestedLsn, timeNs, uncovered, exclude, ns);
    }

    /** The name as bytes. */
    public static byte[] nameBytes() {
        return NAME_BYTES.clone();
    }
}

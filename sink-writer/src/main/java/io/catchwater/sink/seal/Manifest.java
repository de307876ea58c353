package io.catchwater.sink.seal;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.runfiles.RunFile;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a manifest says of the snapshot as a whole.
 *
 * <p>The file is one JSON object: the fields below, {@code entries} (one per name, in the order of a walk), {@code
 * files}, {@code bytes}, and at the very end {@code checksum}, the SHA-256 of every byte before that field's comma.
 *
 * <p>What may have changed unseen is there twice: {@code uncovered} has lines for a reader, {@code unseen} the facts, each
 * with {@code kind} (an {@link io.catchwater.schemas.event.UncoveredKind}), {@code path}, {@code pid}, {@code program}, {@code files} and
 * {@code reason}; {@code provablyCaptured} is false where one of them leaves open whether the directory is the source at the cut.
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
 * @param uncovered what may have changed unseen; of an earlier version one for each line
 * @param exclude regular expression of the source paths that were left out; empty when none were
 * @param leftOut run files that were left out, in the order of a walk; in the file each as {@code path} and {@code why},
 *     and the field is left out when there is none
 * @param beforeNs of a restore: how long before the moment asked for the cut is
 */
public record Manifest(
        String source,
        String snapshotId,
        long lsn,
        long requestedLsn,
        long timeNs,
        List<Uncovered> uncovered,
        String exclude,
        List<RunFile> leftOut,
        long beforeNs) {

    /** Name of the file in the root of a sealed directory. */
    public static final String NAME = ".catchwater-manifest.json";

    /** Manifests of another version are not read. */
    public static final int FORMAT_VERSION = 1;

    static final String FORMAT = "catchwater-manifest";
    static final String LEFT_OUT = "leftOut";
    static final String CHECKSUM_BEGIN = ",\"checksum\":\"";
    static final String CHECKSUM_END = "\"}\n";
    static final int SHA256_HEX_LENGTH = 64;
    static final int TRAILER_BYTES = CHECKSUM_BEGIN.length() + SHA256_HEX_LENGTH + CHECKSUM_END.length();

    private static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.US_ASCII);

    public Manifest {
        uncovered = List.copyOf(uncovered);
        leftOut = List.copyOf(leftOut);
    }

    /** Of a tree of which nothing was left out. */
    public Manifest(
            String source, String snapshotId, long lsn, long requestedLsn, long timeNs, List<Uncovered> uncovered) {
        this(source, snapshotId, lsn, requestedLsn, timeNs, uncovered, "", List.of(), 0);
    }

    /** The same of a tree of which run files were left out. */
    public Manifest withLeftOut(List<RunFile> runFiles) {
        return new Manifest(source, snapshotId, lsn, requestedLsn, timeNs, uncovered, exclude, runFiles, beforeNs);
    }

    /** The same, of a state that is so much older than what was asked for. */
    public Manifest before(long ns) {
        return new Manifest(source, snapshotId, lsn, requestedLsn, timeNs, uncovered, exclude, leftOut, ns);
    }

    /** The name as bytes. */
    public static byte[] nameBytes() {
        return NAME_BYTES.clone();
    }
}

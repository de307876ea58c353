package io.catchwater.sink.seal;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.TreeRemoval;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The order of steps that makes a directory a backup. The manifest is written inside Catchwater's own directory;
 * everything is synced; then the manifest takes its name, the own directory goes, and the root gets its attributes and is
 * synced. A crash at any point leaves a directory without manifest, a whole backup, or one that {@link #finish} makes whole.
 */
public final class Sealing {

    private static final byte[] PARTIAL = ReplicaPlace.PARTIAL.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNFINISHED = "manifest".getBytes(StandardCharsets.US_ASCII);
    private static final int OWNER_ONLY = 0600;
    private static final int GROUP_READS = 0040;
    private static final int OTHERS_READ = 0004;
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_WRITE = 0002;

    private Sealing() {}

    /** Makes the file that the manifest is written to. */
    public static Descriptor openManifest(Descriptor partial) throws IOException {
        int flags = OpenFlags.WRITE | OpenFlags.CREATE | OpenFlags.TRUNCATE | OpenFlags.NO_FOLLOW;
        return Names.open(partial, UNFINISHED, flags, OWNER_ONLY);
    }

    /** It names every file there is, also in directories that are closed: those read it who may write to the root. */
    private static void discloseManifest(Descriptor partial, FileStatus attributes) throws IOException {
        int mode = OWNER_ONLY;
        mode |= (attributes.mode() & GROUP_WRITES) == 0 ? 0 : GROUP_READS;
        mode |= (attributes.mode() & OTHERS_WRITE) == 0 ? 0 : OTHERS_READ;
        if (Attributes.mayChangeOwners()) {
            Attributes.setOwner(partial, UNFINISHED, attributes.uid(), attributes.gid());
        }
        Attributes.setMode(partial, UNFINISHED, mode);
    }

    /**
     * Everything is in place: seals it. All is on disk when this returns.
     *
     * @param partial Catchwater's own directory in the root
     * @param attributes that the root has to have in the end
     * @param extended likewise; what the kernel refuses is left out
     */
    public static void seal(
            Descriptor root, Descriptor partial, FileStatus attributes, Map<String, ByteBuffer> extended)
            throws IOException {
        discloseManifest(partial, attributes);
        Content.syncFileSystem(root);
        Names.rename(partial, UNFINISHED, root, Manifest.nameBytes());
        finish(root, attributes, extended);
    }

    /**
     * What comes after the manifest has its name: also for a backup whose maker was killed there. All is on disk when this
     * returns; doing it again changes nothing.
     *
     * @param attributes as of {@link #seal}
     * @param extended likewise
     */
    public static void finish(Descriptor root, FileStatus attributes, Map<String, ByteBuffer> extended)
            throws IOException {
        TreeRemoval.remove(root, PARTIAL, each -> {});
        if (Attributes.mayChangeOwners()) {
            Attributes.setOwner(root, attributes.uid(), attributes.gid());
        }
        ExtendedAttributes.of(root).replace(extended, false);
        Attributes.setMode(root, attributes.mode());
        Attributes.setModified(root, attributes.modifiedNs());
        Content.sync(root);
    }
}

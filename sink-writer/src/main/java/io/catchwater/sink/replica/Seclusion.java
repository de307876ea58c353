package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import java.io.IOException;

/**
 * Keeps every other user out of a directory while it is filled: what is in it has the source's modes before the directory
 * has. Where the directory is another user's and this one is not root, it stays as it is.
 */
public final class Seclusion {

    private static final int OWNER_ONLY = 0700;

    private final Descriptor root;
    private final FileStatus before;
    private final boolean secluded;

    private Seclusion(Descriptor root, FileStatus before, boolean secluded) {
        this.root = root;
        this.before = before;
        this.secluded = secluded;
    }

    /** @param root stays the caller's */
    public static Seclusion of(Descriptor root) throws IOException {
        FileStatus before = Attributes.status(root);
        boolean ownersChange = Attributes.mayChangeOwners();
        if (!ownersChange && before.uid() != Attributes.ownUser()) {
            return new Seclusion(root, before, false);
        }
        // The owner first: he could open it again.
        if (ownersChange) {
            Attributes.setOwner(root, Attributes.ownUser(), Attributes.UNCHANGED_ID);
        }
        Attributes.setMode(root, OWNER_ONLY);
        return new Seclusion(root, before, true);
    }

    /** Gives the directory back as it was. */
    public void lift() throws IOException {
        if (!secluded) {
            return;
        }
        if (Attributes.mayChangeOwners()) {
            Attributes.setOwner(root, before.uid(), before.gid());
        }
        Attributes.setMode(root, before.mode());
    }
}

package io.catchwater.sink.replica;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A set of paths that remembers 128 bits of each one's SHA-256: 32 to 64 bytes of memory for a path of any length. That
 * two of a million paths have the same bits is less likely than 1 in 10^26.
 */
final class PathDigests {

    private static final int INITIAL_SLOTS = 1024;

    private final MessageDigest sha256;
    /** Two words a slot; 0, 0 is free. */
    private long[] words = new long[2 * INITIAL_SLOTS];

    private int size;

    PathDigests() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(TreePath path) {
        if (size * 4 >= words.length) {
            grow();
        }
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest(path.bytes()));
        insert(digest.getLong(0), digest.getLong(8));
    }

    boolean contains(TreePath path) {
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest(path.bytes()));
        int slot = slotOf(digest.getLong(0), digest.getLong(8));
        return words[slot] != 0 || words[slot + 1] != 0;
    }

    int size() {
        return size;
    }

    private void insert(long high, long low) {
        int slot = slotOf(high, low);
        if (words[slot] == 0 && words[slot + 1] == 0) {
            words[slot] = high;
            words[slot + 1] = low;
            size++;
        }
    }

    private int slotOf(long high, long low) {
        int mask = words.length / 2 - 1;
        int slot = (int) high & mask;
        while ((words[2 * slot] != 0 || words[2 * slot + 1] != 0)
                && (words[2 * slot] != high || words[2 * slot + 1] != low)) {
            slot = (slot + 1) & mask;
        }
        return 2 * slot;
    }

    private void grow() {
        long[] old = words;
        words = new long[2 * old.length];
        size = 0;
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                insert(old[i], old[i + 1]);
            }
        }
    }
}

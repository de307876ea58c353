package io.catchwater.sink.seal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 of a tree of hashes over pieces of 64 KiB. A hole costs the logarithm of its size, where {@link Sha256} has to
 * be fed every zero; the result depends on the bytes alone, not on where there are holes.
 *
 * <p>A leaf is SHA-256 of a 0 byte and the piece, a node that of a 1 byte and its two children; where the number of leaves
 * is no power of two the largest whole trees come first, and are joined from the right. The end is SHA-256 of a 2 byte, the
 * size as 8 bytes, most significant first, and the root.
 */
final class TreeSha256 implements Checksum {

    /** Distinguishes these checksums from plain ones. */
    static final String PREFIX = "tree:";

    static final int LEAF_BYTES = 1 << 16;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(LEAF_BYTES).asReadOnlyBuffer();
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final byte END = 2;

    private final MessageDigest digest = Sha256.newDigest();
    private final ByteBuffer leaf = ByteBuffer.allocate(LEAF_BYTES);
    private final Deque<Whole> whole = new ArrayDeque<>();
    private final List<byte[]> zeroHashes = new ArrayList<>();
    private long leaves;
    private long size;

    /** A tree of 2^height leaves. */
    private static final class Whole {
        private final int height;
        private final byte[] hash;

        Whole(int height, byte[] hash) {
            this.height = height;
            this.hash = hash;
        }
    }

    @Override
    public void update(ByteBuffer bytes) {
        ByteBuffer from = bytes.duplicate();
        size += from.remaining();
        while (from.hasRemaining()) {
            int length = Math.min(from.remaining(), leaf.remaining());
            leaf.put(from.slice(from.position(), length));
            from.position(from.position() + length);
            endFullLeaf();
        }
    }

    @Override
    public void updateZeros(long count) {
        size += count;
        long left = count - putZeros(leaf.position() == 0 ? 0 : Math.min(count, leaf.remaining()));
        addZeroLeaves(left / LEAF_BYTES);
        putZeros(left % LEAF_BYTES);
    }

    private long putZeros(long count) {
        leaf.put(ZEROS.slice(0, (int) count));
        endFullLeaf();
        return count;
    }

    private void endFullLeaf() {
        if (!leaf.hasRemaining()) {
            add(0, leafHash(leaf.flip()));
            leaf.clear();
        }
    }

    private void addZeroLeaves(long count) {
        for (long left = count; left > 0; ) {
            int aligned = leaves == 0 ? Long.SIZE - 1 : Long.numberOfTrailingZeros(leaves);
            int height = Math.min(aligned, Long.SIZE - 1 - Long.numberOfLeadingZeros(left));
            add(height, zeroHash(height));
            left -= 1L << height;
        }
    }

    private byte[] zeroHash(int height) {
        if (zeroHashes.isEmpty()) {
            zeroHashes.add(leafHash(ZEROS.duplicate()));
        }
        while (zeroHashes.size() <= height) {
            byte[] below = zeroHashes.get(zeroHashes.size() - 1);
            zeroHashes.add(nodeHash(below, below));
        }
        return zeroHashes.get(height);
    }

    private void add(int height, byte[] hash) {
        leaves += 1L << height;
        int grown = height;
        byte[] joined = hash;
        while (!whole.isEmpty() && whole.element().height == grown) {
            joined = nodeHash(whole.pop().hash, joined);
            grown++;
        }
        whole.push(new Whole(grown, joined));
    }

    private byte[] leafHash(ByteBuffer piece) {
        digest.update(LEAF);
        digest.update(piece);
        return digest.digest();
    }

    private byte[] nodeHash(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }

    @Override
    public String finish() {
        if (leaf.position() > 0 || leaves == 0) {
            add(0, leafHash(leaf.flip()));
        }
        byte[] root = whole.pop().hash;
        while (!whole.isEmpty()) {
            root = nodeHash(whole.pop().hash, root);
        }
        digest.update(END);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
        digest.update(root);
        leaf.clear();
        leaves = 0;
        size = 0;
        return PREFIX + HexFormat.of().formatHex(digest.digest());
    }
}

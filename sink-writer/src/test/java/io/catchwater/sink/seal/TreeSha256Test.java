package io.catchwater.sink.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class TreeSha256Test {

    private static final int LEAF = TreeSha256.LEAF_BYTES;

    /** By its definition, from all bytes at once. */
    private static String plain(byte[] bytes) {
        MessageDigest digest = Sha256.newDigest();
        digest.update((byte) 2);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).flip());
        digest.update(root(bytes, 0, Math.max(1, (bytes.length + LEAF - 1) / LEAF)));
        return "tree:" + HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] root(byte[] bytes, int from, int to) {
        MessageDigest digest = Sha256.newDigest();
        if (to - from == 1) {
            digest.update((byte) 0);
            digest.update(Arrays.copyOfRange(bytes, from * LEAF, Math.min(bytes.length, to * LEAF)));
            return digest.digest();
        }
        int left = from + Integer.highestOneBit(to - from - 1);
        byte[] first = root(bytes, from, left);
        byte[] second = root(bytes, left, to);
        digest.update((byte) 1);
        digest.update(first);
        digest.update(second);
        return digest.digest();
    }

    @Property(tries = 200)
    void itIsTheSameWhereverTheHolesAre(@ForAll long seed, @ForAll @IntRange(max = 12) int runs) {
        Random random = new Random(seed);
        TreeSha256 tree = new TreeSha256();
        ByteBuffer all = ByteBuffer.allocate(13 * 5 * LEAF);
        for (int i = 0; i < runs; i++) {
            int length = random.nextInt(3) == 0 ? random.nextInt(5) * LEAF : random.nextInt(5 * LEAF);
            byte[] run = new byte[length];
            if (random.nextBoolean()) {
                tree.updateZeros(length);
            } else {
                if (random.nextBoolean()) {
                    random.nextBytes(run);
                }
                tree.update(ByteBuffer.wrap(run));
            }
            all.put(run);
        }
        byte[] bytes = Arrays.copyOf(all.array(), all.position());
        assertThat(tree.finish()).isEqualTo(plain(bytes));
        assertThat(tree.finish()).isEqualTo(plain(new byte[0]));
    }

    @Example
    void aHoleOfAnySizeTakesNoTime() {
        TreeSha256 tree = new TreeSha256();
        tree.update(ByteBuffer.wrap(new byte[] {1}));
        tree.updateZeros(Long.MAX_VALUE / 2);
        String one = tree.finish();
        tree.update(ByteBuffer.wrap(new byte[] {1}));
        tree.updateZeros(Long.MAX_VALUE / 2 - 1);
        assertThat(tree.finish()).isNotEqualTo(one);
    }
}

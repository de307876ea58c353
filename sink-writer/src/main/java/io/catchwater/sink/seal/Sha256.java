package io.catchwater.sink.seal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over bytes and holes. For one thread. */
public final class Sha256 implements Checksum {

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(1 << 16).asReadOnlyBuffer();

    private final MessageDigest digest = newDigest();

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void update(ByteBuffer bytes) {
        digest.update(bytes.duplicate());
    }

    @Override
    public void updateZeros(long count) {
        for (long left = count; left > 0; left -= ZEROS.capacity()) {
            digest.update(ZEROS.duplicate().limit((int) Math.min(left, ZEROS.capacity())));
        }
    }

    /** Hexadecimal; begins anew. */
    @Override
    public String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

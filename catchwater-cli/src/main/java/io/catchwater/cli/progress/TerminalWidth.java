package io.catchwater.cli.progress;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/** Asks a terminal how wide it is. */
final class TerminalWidth {

    private static final long TIOCGWINSZ = 0x5413;
    /** struct winsize: rows, columns, and two that nobody uses; 16 bits each. */
    private static final int STRUCT_BYTES = 8;

    private static final int COLUMNS_AT = 2;
    private static final int LEAST_COLUMNS = 20;

    static {
        Native.register(TerminalWidth.class, "c");
    }

    private TerminalWidth() {}

    /** @return empty when the descriptor is no terminal, or one that does not know */
    static OptionalInt of(int descriptor) {
        byte[] size = new byte[STRUCT_BYTES];
        if (ioctl(descriptor, TIOCGWINSZ, size) != 0) {
            return OptionalInt.empty();
        }
        int columns = ByteBuffer.wrap(size).order(ByteOrder.nativeOrder()).getShort(COLUMNS_AT);
        return columns < LEAST_COLUMNS ? OptionalInt.empty() : OptionalInt.of(columns);
    }

    /** See ioctl(2). */
    private static native int ioctl(int descriptor, long request, byte[] argument);
}

package io.catchwater.bridge.source;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The beginning of an executable file (elf(5)). One thread. */
final class ElfHeader {

    private static final int ELF_MAGIC = 0x464C457F;
    private static final int HEADER_BYTES = 4096;
    private static final int ENTRIES_AT = 32;
    private static final int ENTRY_BYTES_AT = 54;
    private static final int INTERPRETER = 3;

    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** True for a file that asks for no dynamic linker: no hook can be loaded into it. */
    boolean isStatic(Descriptor file) throws LinuxException {
        header.clear();
        int length = Content.readFully(file, header, 0);
        if (length < ENTRY_BYTES_AT + 4 || header.getInt(0) != ELF_MAGIC) {
            return false;
        }
        long at = header.getLong(ENTRIES_AT);
        int bytes = Short.toUnsignedInt(header.getShort(ENTRY_BYTES_AT));
        int count = Short.toUnsignedInt(header.getShort(ENTRY_BYTES_AT + 2));
        for (int entry = 0; entry < count; entry++, at += bytes) {
            if (at < 0 || at + 4 > length || header.getInt((int) at) == INTERPRETER) {
                return false;
            }
        }
        return true;
    }
}

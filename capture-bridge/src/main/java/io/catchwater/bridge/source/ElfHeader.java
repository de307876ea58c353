package io.catchwater.bridge.source;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the beginning of a file says about the program in it (elf(5)). One thread. */
final class ElfHeader {

    /** What a file is to the kernel's execve(2). */
    enum Kind {
        /** Asks for no dynamic linker: no hook can be loaded into it. */
        STATIC_PROGRAM,
        /** Such as the dynamic linker itself, whatever its name. */
        LIBRARY,
        /** A dynamically linked program, a script, or unknown. */
        OTHER
    }

    private static final int ELF_MAGIC = 0x464C457F;
    private static final int READ_BYTES = 4096;
    private static final int TYPE_AT = 16;
    private static final int POSITION_INDEPENDENT = 3;
    private static final int ENTRIES_AT = 32;
    private static final int ENTRY_BYTES_AT = 54;
    private static final int LEAST_BYTES = 64;
    private static final int LEAST_ENTRY_BYTES = 40;
    private static final int FILE_OFFSET_AT = 8;
    private static final int FILE_BYTES_AT = 32;

    /** Types of a program header. */
    private static final int DYNAMIC = 2;

    private static final int INTERPRETER = 3;

    private static final int TAG_BYTES = 16;
    private static final long FLAGS_1_TAG = 0x6FFFFFFBL;
    private static final long PIE_FLAG = 0x08000000L;

    private final ByteBuffer header = ByteBuffer.allocateDirect(READ_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer tags = ByteBuffer.allocateDirect(READ_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** True for a program that no hook can be loaded into. */
    boolean isStatic(Descriptor file) throws LinuxException {
        return kind(file) == Kind.STATIC_PROGRAM;
    }

    /** @param file readable */
    Kind kind(Descriptor file) throws LinuxException {
        header.clear();
        int length = Content.readFully(file, header, 0);
        if (length < LEAST_BYTES || header.getInt(0) != ELF_MAGIC) {
            return Kind.OTHER;
        }
        boolean isProgram = header.getShort(TYPE_AT) != POSITION_INDEPENDENT;
        long at = header.getLong(ENTRIES_AT);
        int bytes = Short.toUnsignedInt(header.getShort(ENTRY_BYTES_AT));
        int count = Short.toUnsignedInt(header.getShort(ENTRY_BYTES_AT + 2));
        for (int entry = 0; entry < count; entry++, at += bytes) {
            if (at < 0 || at > length - LEAST_ENTRY_BYTES || header.getInt((int) at) == INTERPRETER) {
                return Kind.OTHER;
            }
            if (header.getInt((int) at) == DYNAMIC) {
                isProgram |= isMarkedAsProgram(
                        file, header.getLong((int) at + FILE_OFFSET_AT), header.getLong((int) at + FILE_BYTES_AT));
            }
        }
        return isProgram ? Kind.STATIC_PROGRAM : Kind.LIBRARY;
    }

    /** True when the linker has marked what can be loaded anywhere as a program (DF_1_PIE). */
    private boolean isMarkedAsProgram(Descriptor file, long fileOffset, long bytes) throws LinuxException {
        if (fileOffset < 0 || bytes < 0) {
            return false;
        }
        tags.clear().limit((int) Math.min(bytes, READ_BYTES));
        int length = Content.readFully(file, tags, fileOffset);
        for (int at = 0; at + TAG_BYTES <= length; at += TAG_BYTES) {
            if (tags.getLong(at) == FLAGS_1_TAG) {
                return (tags.getLong(at + Long.BYTES) & PIE_FLAG) != 0;
            }
        }
        return false;
    }
}

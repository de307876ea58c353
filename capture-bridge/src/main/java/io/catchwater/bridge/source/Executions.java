package io.catchwater.bridge.source;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which program each process has executed last, also of processes that have ended. One thread. */
final class Executions {

    /** Processes remembered, those that executed last. */
    static final int LIMIT = 8192;

    private static final int ELF_MAGIC = 0x464C457F;
    private static final int HEADER_BYTES = 4096;
    private static final int ENTRIES_AT = 32;
    private static final int ENTRY_BYTES_AT = 54;
    private static final int INTERPRETER = 3;

    private static final ThreadLocal<ByteBuffer> HEADER = ThreadLocal.withInitial(
            () -> ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN));

    private final Map<Integer, Image> last = new LinkedHashMap<>();

    private record Image(String program, boolean isStatic) {}

    /** @param file readable; that of the dynamic linker, which is opened after the program, is no program */
    void executed(int pid, Descriptor file) throws IOException {
        String path = path(file);
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.startsWith("ld-") || name.startsWith("ld.so") || name.equals("libc.so")) {
            return;
        }
        last.remove(pid);
        last.put(pid, new Image(path, isStatic(file)));
        if (last.size() > LIMIT) {
            last.remove(last.keySet().iterator().next());
        }
    }

    /** Empty when it was not seen. */
    String program(int pid) {
        Image image = last.get(pid);
        return image == null ? "" : image.program();
    }

    /** True when the process has executed a program that no hook can be loaded into. */
    boolean isStatic(int pid) {
        Image image = last.get(pid);
        return image != null && image.isStatic();
    }

    static String path(Descriptor file) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + file.number())).toString();
    }

    /** True for an ELF file that asks for no dynamic linker (elf(5)). */
    static boolean isStatic(Descriptor file) throws LinuxException {
        ByteBuffer header = HEADER.get().clear();
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

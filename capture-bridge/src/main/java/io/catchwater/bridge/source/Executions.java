package io.catchwater.bridge.source;

import io.catchwater.files.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which program each process has executed last, also of processes that have ended. One thread. */
final class Executions {

    /** Processes remembered, those that executed last. */
    static final int LIMIT = 8192;

    private final Map<Integer, Image> last = new LinkedHashMap<>();
    private final ElfHeader header = new ElfHeader();

    private record Image(String program, boolean isStatic) {}

    /** @param file readable; the dynamic linker, which is opened after the program that asks for it, is no program */
    void executed(int pid, Descriptor file) throws IOException {
        ElfHeader.Kind kind = header.kind(file);
        if (kind == ElfHeader.Kind.LIBRARY) {
            return;
        }
        last.remove(pid);
        last.put(pid, new Image(path(file), kind == ElfHeader.Kind.STATIC_PROGRAM));
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
}

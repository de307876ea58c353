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

    /** @param file readable; that of the dynamic linker, which is opened after the program, is no program */
    void executed(int pid, Descriptor file) throws IOException {
        String path = path(file);
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.startsWith("ld-") || name.startsWith("ld.so") || name.equals("libc.so")) {
            return;
        }
        last.remove(pid);
        last.put(pid, new Image(path, header.isStatic(file)));
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

package io.catchwater.bridge.ring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * As whom a process asks the kernel for something.
 *
 * @param uid effective user
 * @param gid effective group
 * @param groups supplementary ones
 * @param ignoresIpcPermissions whether it has CAP_IPC_OWNER
 */
public record Credentials(int uid, int gid, Set<Integer> groups, boolean ignoresIpcPermissions) {

    private static final int EFFECTIVE = 1;
    private static final int HEXADECIMAL = 16;
    private static final long CAP_IPC_OWNER = 1L << 15;

    public Credentials {
        groups = Set.copyOf(groups);
    }

    /**
     * Of a process.
     *
     * @param process its directory in proc(5), such as {@code /proc/self}
     * @throws IOException when it has ended, or what the kernel says is not understood
     */
    public static Credentials of(Path process) throws IOException {
        Map<String, String[]> fields = new HashMap<>();
        for (String line : Files.readAllLines(process.resolve("status"), ISO_8859_1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(
                        line.substring(0, colon),
                        line.substring(colon + 1).trim().split("\\s+", -1));
            }
        }
        try {
            return new Credentials(
                    id(field(fields, "Uid")[EFFECTIVE]),
                    id(field(fields, "Gid")[EFFECTIVE]),
                    Arrays.stream(field(fields, "Groups"))
                            .filter(group -> !group.isEmpty())
                            .map(Credentials::id)
                            .collect(Collectors.toSet()),
                    (Long.parseUnsignedLong(field(fields, "CapEff")[0], HEXADECIMAL) & CAP_IPC_OWNER) != 0);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException(process + "/status is not as proc(5) has it", e);
        }
    }

    private static String[] field(Map<String, String[]> fields, String name) {
        return fields.getOrDefault(name, new String[0]);
    }

    private static int id(String text) {
        return Integer.parseUnsignedInt(text);
    }

    /** True when a group is its effective one, or one of the supplementary ones. */
    public boolean isIn(int group) {
        return gid == group || groups.contains(group);
    }
}

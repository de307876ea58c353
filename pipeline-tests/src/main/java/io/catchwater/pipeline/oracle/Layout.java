package io.catchwater.pipeline.oracle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was in the directory before the writer began, and who owns what.
 *
 * @param threads over all processes
 * @param directories path to permissions
 * @param symlinks path to what they point to
 * @param files regular files, by number from 1
 * @param names shared names that are taken by replacing, to the thread that may remove them
 * @param locks shared names that one thread at a time has
 */
public record Layout(
        int threads,
        Map<String, Integer> directories,
        Map<String, String> symlinks,
        List<PreparedFile> files,
        Map<String, Integer> names,
        List<String> locks) {

    /** Thread number in the ids of the cells of {@link PreparedFile}s. */
    static final int PREPARED_THREAD = 0xFFFF;

    /** What a file is for. */
    public enum Role {
        /** One thread writes it. */
        PRIVATE,
        /** Every thread writes a lane of its own. */
        LANES,
        /** All threads write everywhere. */
        MIXED,
        /** All threads write everywhere, one cuts it off and extends it. */
        CUT,
        /** All append, each process by descriptors of its own. */
        LOG,
        /** All append, by the offset of one common descriptor. */
        OFFSET;

        boolean isAppended() {
            return this == LOG || this == OFFSET;
        }
    }

    /** A file that was there: all its cells name it. Shared ones keep the first cell for ever, and are known by it. */
    public record PreparedFile(int number, Role role, int owner, long size, int mode, String path) {

        long id() {
            return Op.id(PREPARED_THREAD, number);
        }

        boolean isShared() {
            return role != Role.PRIVATE;
        }
    }

    /**
     * Reads what the writer noted when it prepared the directory.
     *
     * @throws IOException when it cannot be read, or is not a layout
     */
    public static Layout read(Path file) throws IOException {
        int threads = 0;
        Map<String, Integer> directories = new TreeMap<>();
        Map<String, String> symlinks = new TreeMap<>();
        List<PreparedFile> files = new ArrayList<>();
        Map<String, Integer> names = new TreeMap<>();
        List<String> locks = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String[] part = line.split("\t", -1);
            switch (part[0]) {
                case "threads" -> threads = Integer.parseInt(part[1]);
                case "dir" -> directories.put(part[2], Integer.parseInt(part[1], 8));
                case "symlink" -> symlinks.put(part[1], part[2]);
                case "file" -> files.add(preparedFile(part));
                case "name" -> names.put(part[2], Integer.parseInt(part[1]));
                case "lock" -> locks.add(part[1]);
                default -> throw new IOException(file + ": not a line of a layout: " + line);
            }
        }
        return new Layout(threads, directories, symlinks, files, names, locks);
    }

    private static PreparedFile preparedFile(String[] part) {
        return new PreparedFile(
                Integer.parseInt(part[1]),
                Role.valueOf(part[2].toUpperCase(Locale.ROOT)),
                Integer.parseInt(part[3]),
                Long.parseLong(part[4]),
                Integer.parseInt(part[5], 8),
                part[6]);
    }

    /** The shared file with a number, or null when the file is one thread's own. */
    PreparedFile shared(int number) {
        return number >= 1 && number <= files.size() && files.get(number - 1).isShared() ? files.get(number - 1) : null;
    }
}

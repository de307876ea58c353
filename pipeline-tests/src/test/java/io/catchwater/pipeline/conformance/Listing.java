package io.catchwater.pipeline.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is in a directory, as the conformance program prints it: path to fields. See scan.c for the fields.
 *
 * @param lines by path
 */
record Listing(Map<String, List<String>> lines) {

    /** How far a time may be off that the program did not set itself: the hook takes it when the call has returned. */
    static final Duration TIMES = Duration.ofSeconds(1);

    private static final String DATA = "data";
    private static final List<String> FIELDS =
            List.of("type", "mode", "uid", "gid", "mtime", "size", "first name", "content", DATA, "target", "xattrs");
    private static final int MTIME = FIELDS.indexOf("mtime");

    /** Times later than this are of this run. */
    private static final long PRESENT_NS = 1_700_000_000_000_000_000L;

    static Listing parse(String output) {
        Map<String, List<String>> lines = new TreeMap<>();
        output.lines().forEach(line -> {
            List<String> fields = List.of(line.split("\t", -1));
            lines.put(fields.get(0), fields.subList(1, fields.size()));
        });
        return new Listing(lines);
    }

    /** What is below one row's directory, and the directory itself. */
    Listing of(Row row) {
        Map<String, List<String>> some = new TreeMap<>();
        lines.forEach((path, fields) -> {
            if (path.equals(row.name()) || path.startsWith(row.name() + "/")) {
                some.put(path, fields);
            }
        });
        return new Listing(some);
    }

    /** How another directory differs from this one, which is right; a line for each. */
    List<String> differences(Listing found) {
        return differences(found, TIMES.toNanos(), Set.of());
    }

    /** As {@link #differences(Listing)}, of a run at another time: where there are holes may depend on what is on disk yet. */
    List<String> differencesOfAnotherRun(Listing found) {
        return differences(found, Long.MAX_VALUE, Set.of(DATA));
    }

    private List<String> differences(Listing found, long timeLimitNs, Set<String> ignored) {
        Set<String> paths = new TreeSet<>(lines.keySet());
        paths.addAll(found.lines().keySet());
        List<String> differences = new ArrayList<>();
        for (String path : paths) {
            List<String> expected = lines.get(path);
            List<String> actual = found.lines().get(path);
            if (expected == null || actual == null) {
                differences.add(path + (expected == null ? " is there" : " is missing"));
                continue;
            }
            for (int i = 0; i < FIELDS.size(); i++) {
                boolean same = expected.get(i).equals(actual.get(i))
                        || (i == MTIME && sameTime(expected.get(i), actual.get(i), timeLimitNs))
                        || (i == FIELDS.indexOf(DATA) && isWithin(actual.get(i), expected.get(i)));
                if (!same && !ignored.contains(FIELDS.get(i))) {
                    differences.add("%s: %s is %s, not %s"
                            .formatted(path, FIELDS.get(i), shown(actual.get(i)), shown(expected.get(i))));
                }
            }
        }
        return differences;
    }

    /**
     * A file system tells zeros that are only in memory yet for data, and then for a hole: the copy may have more holes, since
     * the content is compared beside this.
     */
    private static boolean isWithin(String copied, String data) {
        List<long[]> whole = segments(data);
        return segments(copied).stream()
                .allMatch(part -> whole.stream().anyMatch(in -> in[0] <= part[0] && part[1] <= in[1]));
    }

    /** Of {@code 0-4096,8192-12288}. */
    private static List<long[]> segments(String field) {
        return Pattern.compile("(\\d+)-(\\d+)")
                .matcher(field)
                .results()
                .map(found -> new long[] {Long.parseLong(found.group(1)), Long.parseLong(found.group(2))})
                .toList();
    }

    private static boolean sameTime(String expected, String actual, long limitNs) {
        long one = Long.parseLong(expected);
        long other = Long.parseLong(actual);
        return one == other || (one > PRESENT_NS && other > PRESENT_NS && Math.abs(one - other) <= limitNs);
    }

    private static String shown(String field) {
        return field.length() <= 60 ? field : field.substring(0, 60) + "…";
    }
}

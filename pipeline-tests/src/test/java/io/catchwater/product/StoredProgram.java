package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Programs that store through memory: which of their files, and how their database is read by its own tools. */
enum StoredProgram {
    LMDB("lock\\.mdb", true),
    LMDB_WRITEMAP("(data|lock)\\.mdb", false),
    LMDB_MAPASYNC("(data|lock)\\.mdb", false),
    ROCKSDB("[0-9]+\\.sst", false),
    SQLITE_WAL("database-shm", true),
    JAVA("pages", false);

    private static final int KEYS = 50;
    private static final int VALUE_BYTES = 1500;
    private static final int PAGE_BYTES = 4096;
    private static final int TOOL_SECONDS = 60;

    private final Pattern mapped;
    private final boolean rightAtAnyCut;

    /** @param mapped names of the files that it stores to through memory */
    StoredProgram(String mapped, boolean rightAtAnyCut) {
        this.mapped = Pattern.compile(mapped);
        this.rightAtAnyCut = rightAtAnyCut;
    }

    String directory() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean maps(String fileName) {
        return mapped.matcher(fileName).matches();
    }

    /** True when all that makes its database is written by calls; what it has mapped holds nothing of its own. */
    boolean isRightAtAnyCut() {
        return rightAtAnyCut;
    }

    /**
     * The commit whose values all keys have; changes the directory, as opening a database does.
     *
     * @return empty when it is not one database at one commit, or none that its tools would open
     */
    OptionalLong commitIn(Path data) throws IOException, InterruptedException {
        List<String> values = switch (this) {
            case LMDB, LMDB_WRITEMAP, LMDB_MAPASYNC -> lmdbValues(tool("mdb_dump", "-p", data.toString()));
            case ROCKSDB -> rocksdbValues(tool("ldb", "--db=" + data, "scan"));
            case SQLITE_WAL ->
                sqliteValues(tool(
                        "sqlite3",
                        data.resolve("database").toString(),
                        "PRAGMA integrity_check; SELECT number || '.' || filler FROM t ORDER BY key"));
            case JAVA -> null;
        };
        return values == null ? samePages(data.resolve("pages")) : sameCommit(values);
    }

    private static List<String> lmdbValues(List<String> lines) {
        List<String> values = new ArrayList<>();
        int first = lines.indexOf("HEADER=END") + 1;
        for (int line = first + 1; first > 0 && line < lines.size(); line += 2) {
            values.add(lines.get(line).strip());
        }
        return values;
    }

    private static List<String> rocksdbValues(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(".* : ", "")).toList();
    }

    private static List<String> sqliteValues(List<String> lines) {
        return !lines.isEmpty() && lines.get(0).equals("ok") ? lines.subList(1, lines.size()) : List.of();
    }

    private OptionalLong sameCommit(List<String> values) {
        if (values.size() != KEYS || !values.get(0).matches("[0-9]+\\..*")) {
            return OptionalLong.empty();
        }
        long commit = Long.parseLong(values.get(0).substring(0, values.get(0).indexOf('.')));
        for (int key = 0; key < KEYS; key++) {
            if (!values.get(key).equals(value(commit, key))) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(commit);
    }

    /** As in {@code stages.h}; the number does not count in SQLite's column. */
    private String value(long commit, int key) {
        int length = VALUE_BYTES / 2 + (int) ((commit * 7 + key * 13L) % (VALUE_BYTES / 2));
        String number = commit + ".";
        int filler = this == SQLITE_WAL ? length : length - number.length();
        return number + String.valueOf((char) ('a' + commit % 26)).repeat(filler);
    }

    private static OptionalLong samePages(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        Set<Long> numbers = new HashSet<>();
        for (int at = 0; at < bytes.capacity(); at += PAGE_BYTES) {
            numbers.add(bytes.getLong(at));
            numbers.add(bytes.getLong(at + PAGE_BYTES - Long.BYTES));
        }
        return numbers.size() == 1 ? OptionalLong.of(numbers.iterator().next()) : OptionalLong.empty();
    }

    /** What it prints; nothing when it fails or does not end, as on a torn database. */
    private static List<String> tool(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("catchwater-test", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            boolean ended = process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Files.readAllLines(out, UTF_8) : List.of();
        } finally {
            process.destroyForcibly();
            Files.delete(out);
        }
    }
}

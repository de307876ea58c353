package io.catchwater.pipeline.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The program in src/main/c/conformance. */
final class ConformanceProgram {

    private static final String PATH = System.getProperty("catchwater.conformance");

    private ConformanceProgram() {}

    /** All rows, in the order of the table. */
    static List<Row> rows() throws IOException, InterruptedException {
        return output("list").lines().map(Row::parse).toList();
    }

    /** Makes the rows' directories, and what lies beside the tree. */
    static void prepare(List<Row> rows, Places places) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("prepare", places.source().toString(), places.outside().toString()));
        rows.forEach(row -> arguments.add(row.name()));
        output(arguments.toArray(String[]::new));
    }

    /** What is in a directory. */
    static Listing scan(Path directory) throws IOException, InterruptedException {
        return Listing.parse(output("scan", directory.toString()));
    }

    /**
     * Prepares for random sequences of changes, or does them.
     *
     * @return each sequence's directory, and its changes
     */
    static Map<String, String> sequences(
            String verb, long seed, int count, Places places, Map<String, String> environment)
            throws IOException, InterruptedException {
        String[] arguments = {
            "sequences",
            verb,
            Long.toString(seed),
            Integer.toString(count),
            places.source().toString(),
            places.outside().toString()
        };
        Map<String, String> sequences = new TreeMap<>();
        output(environment, arguments)
                .lines()
                .map(line -> line.split("\t"))
                .forEach(fields -> sequences.put(fields[0], fields[1]));
        return sequences;
    }

    /** Starts a row, with {@code environment} beside what this process has. */
    static RowProcess start(Row row, Places places, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        PATH,
                        "run",
                        row.name(),
                        places.source().toString(),
                        places.outside().toString())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new RowProcess(row, builder.start());
    }

    private static String output(String... arguments) throws IOException, InterruptedException {
        return output(Map.of(), arguments);
    }

    private static String output(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PATH));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + new String(output.getBytes(ISO_8859_1), UTF_8));
        }
        return output;
    }
}

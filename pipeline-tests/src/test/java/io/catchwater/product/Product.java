package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.Main;
import io.catchwater.cli.progress.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** {@code ./catchwater}, on the jars of this build, with a data directory of its own. One thread. */
final class Product implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("catchwater.root"));
    private static final Duration VERB_LIMIT = Duration.ofMinutes(3);
    private static final int COLUMNS = 80;

    private final Path data;
    private final Path output;
    private final List<String> prefix;
    private final List<Started> started;

    /** What a verb ended with and what it said. */
    record Ended(int status, String out, String err) {}

    /** @param directory where its data and its output are kept; has to exist */
    Product(Path directory) {
        this(directory, List.of(), new ArrayList<>());
    }

    private Product(Path directory, List<String> prefix, List<Started> started) {
        this.data = directory.resolve("data");
        this.output = directory;
        this.prefix = prefix;
        this.started = started;
    }

    /** The same, started by root as somebody else; what it starts ends with this. */
    Product asUser(String user) {
        return new Product(output, List.of("setpriv", "--reuid", user, "--clear-groups"), started);
    }

    /** Where its data are. */
    Path data() {
        return data;
    }

    /** How kcat finds the embedded broker and logs in. */
    List<String> kcat(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("kcat", "-F", data.resolve("kcat.conf").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What Java's clients need for the embedded broker and registry, addresses included. */
    Map<String, Object> client() throws IOException {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(data.resolve("client.properties"), UTF_8)) {
            read.load(in);
        }
        Map<String, Object> client = new HashMap<>();
        read.stringPropertyNames().forEach(name -> client.put(name, read.getProperty(name)));
        return client;
    }

    /** What the stages had to say. */
    Path log() {
        return data.resolve("log/catchwater.log");
    }

    /** Runs a verb to its end on a terminal of 80 columns; both its streams are what it said there. */
    String onTerminal(String verb, Object... arguments) throws IOException, InterruptedException {
        StringBuilder line = new StringBuilder("stty cols 80; exec " + ROOT.resolve("catchwater") + " " + verb);
        line.append(" --data-dir ").append(data);
        for (Object argument : arguments) {
            line.append(" '").append(argument).append('\'');
        }
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", line.toString(), "/dev/null")
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectErrorStream(true);
        addJars(builder.environment());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }

    /**
     * Runs a verb that only speaks to what is running, in this process: a JVM for each look would be most of what a test
     * costs.
     */
    Ended ask(String verb, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(verb, "--data-dir", data.toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false,
                false,
                COLUMNS,
                System.getenv());
        int status = Main.run(console, command.toArray(String[]::new));
        return new Ended(status, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Runs a verb to its end. */
    Ended run(String verb, Object... arguments) throws IOException, InterruptedException {
        return start(verb, arguments).await(VERB_LIMIT);
    }

    /** Starts a verb; whoever starts it waits for it, or it is ended with this. */
    Started start(String verb, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(ROOT.resolve("catchwater").toString(), verb));
        if (!verb.equals("demo")
                && !verb.equals("verify")
                && !List.of(arguments).contains("--data-dir")) {
            command.addAll(List.of("--data-dir", data.toString()));
        }
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = output.resolve("out-" + started.size());
        Path err = output.resolve("err-" + started.size());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        addJars(builder.environment());
        Started verbStarted = new Started(builder.start(), out, err);
        started.add(verbStarted);
        return verbStarted;
    }

    /** Makes {@code ./catchwater} take the jars of this build. */
    static void addJars(Map<String, String> environment) {
        Path cli = ROOT.resolve("catchwater-cli/target");
        environment.put("CATCHWATER_JARS", cli + ":" + cli.resolve("lib"));
        // What is tested ends after seconds: the second compiler would take half of the time and give nothing back.
        environment.put("CATCHWATER_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    }

    /** A verb that is going on. */
    static final class Started {
        private final Process process;
        private final Path out;
        private final Path err;

        private Started(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        /** Throws when it has ended. */
        void requireAlive() throws IOException {
            if (!process.isAlive()) {
                throw new IOException("ended with " + process.exitValue() + ": " + text(err) + text(out));
            }
        }

        Process process() {
            return process;
        }

        /** As Ctrl-C does. */
        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
        }

        /** As kill -9 does, of everything that it started too; returns when it is gone. */
        void kill() {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly().onExit().join();
            all.forEach(ProcessHandle::destroyForcibly);
        }

        /** What it has said on standard output so far. */
        String out() throws IOException {
            return text(out);
        }

        /** What it has said on standard error so far. */
        String err() throws IOException {
            return text(err);
        }

        Ended await(Duration limit) throws IOException, InterruptedException {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("does not end within " + limit + ": " + text(err) + text(out));
            }
            return new Ended(process.exitValue(), text(out), text(err));
        }

        private static String text(Path file) throws IOException {
            return Files.readString(file, UTF_8);
        }
    }

    /** Ends what has not ended, with all that it started. */
    @Override
    public void close() {
        for (Started each : started) {
            if (each.process.isAlive()) {
                each.kill();
            }
        }
    }
}

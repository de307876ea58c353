package io.catchwater.pipeline.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A row that runs. One thread, beside the one that reads its output. */
final class RowProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOTE = "note ";
    private static final String END = "";

    private final Row row;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private boolean ended;

    RowProcess(Row row, Process process) {
        this.row = row;
        this.process = process;
        Thread reader = new Thread(this::read, "row " + row.name());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            lines.add("its output cannot be read: " + e.getMessage());
        }
        lines.add(END);
    }

    Row row() {
        return row;
    }

    /** Waits until it stands at a barrier. */
    void awaitBarrier(String name) throws InterruptedException {
        while (!ended) {
            String line = next();
            if (line.equals(name)) {
                return;
            }
            take(line);
        }
    }

    private String next() throws InterruptedException {
        String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (line == null) {
            complaints.add("does not go on");
            process.destroyForcibly();
            return END;
        }
        return line;
    }

    private void take(String line) {
        if (line.equals(END)) {
            ended = true;
        } else if (!line.startsWith(NOTE)) {
            complaints.add(line);
        } else if (!notes.contains(line.substring(NOTE.length()))) {
            notes.add(line.substring(NOTE.length()));
        }
    }

    /** Lets it go on. */
    void goOn() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            complaints.add("has ended: " + e.getMessage());
        }
    }

    /** Waits for its end. */
    void awaitEnd() throws InterruptedException {
        while (!ended) {
            take(next());
        }
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            complaints.add("does not end");
        } else if (process.exitValue() != 0) {
            complaints.add("exit status " + process.exitValue());
        }
    }

    /** What it said for the table. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** What went wrong in the program itself; empty when nothing did. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

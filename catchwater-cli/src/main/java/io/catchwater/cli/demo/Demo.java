package io.catchwater.cli.demo;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.CommandClient;
import io.catchwater.cli.control.Outcomes;
import io.catchwater.cli.demo.Writers.Moment;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.restore.Restoration;
import io.catchwater.cli.restore.Sealed;
import io.catchwater.cli.run.CaptureSettings;
import io.catchwater.cli.run.Faults;
import io.catchwater.cli.run.RunSettings;
import io.catchwater.cli.run.Session;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.cut.UncoveredWords;
import io.catchwater.sink.restore.RestoreListener;
import io.catchwater.sink.restore.RestoreResult;
import io.catchwater.sink.seal.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The demo, step by step; a step that does not hold ends it with a line and an exit status. Used by one thread. */
public final class Demo {

    private static final String SOURCE = "demo";
    private static final String SNAPSHOT = "while-they-write";
    private static final int WRITERS = 2;
    private static final Duration WHILE = Duration.ofMillis(1200);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration STEP_LIMIT = Duration.ofMinutes(2);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final DemoReport report;
    private final Workplace workplace;
    private final Path source;
    private final Path replica;
    private final Faults faults = new Faults();
    private final long begunNs = System.nanoTime();

    private Demo(DemoReport report, Workplace workplace) {
        this.report = report;
        this.workplace = workplace;
        this.source = workplace.directory("source");
        this.replica = workplace.directory("replica");
    }

    /**
     * Runs the demo in a directory of its own.
     *
     * @param keep whether that directory stays
     * @throws CommandFailure when something does not hold
     */
    public static void run(Console console, boolean json, boolean keep) throws InterruptedException, IOException {
        Sqlite.require(console.environment());
        Workplace workplace = Workplace.create();
        try {
            new Demo(new DemoReport(console, json), workplace).run();
        } finally {
            if (keep) {
                console.err().println("catchwater: everything is kept in " + workplace.root());
            } else {
                workplace.remove();
            }
        }
    }

    private void run() throws InterruptedException {
        report.title("Backing up a live SQLite database in WAL mode, while two programs commit to it");
        Path database = source.resolve(Ledger.FILE);
        Ledger.create(database);
        try (Session session = start()) {
            Moment earlier;
            try (Writers writers = Writers.start(WRITERS, database, session.hook())) {
                awaitCopy(session, writers);
                writers.goOn(WHILE);
                earlier = writers.moment();
                writers.goOn(WHILE);
                snapshot(session, writers);
                writers.goOn(WHILE);
                writers.stop();
                compareReplica(session, writers);
            }
            restore(session, earlier);
        }
        report.end("The backup was right at every moment that was looked at.", since(begunNs), ResidentMemory.peak());
    }

    private Session start() throws InterruptedException {
        long startedNs = System.nanoTime();
        RunSettings settings = RunSettings.check(
                new SourceArgument(SOURCE, List.of(source)),
                replica,
                List.of(),
                CaptureSettings.DEFAULT,
                EmbeddedSettings.on(workplace.root().resolve("data")),
                Optional.empty());
        Session session = Session.start(settings, faults);
        report.step("started", "broker, schema registry and all stages, in this process", since(startedNs));
        return session;
    }

    private void awaitCopy(Session session, Writers writers) throws InterruptedException {
        long startedNs = System.nanoTime();
        long bytes = Workplace.bytes(source);
        while (!session.stages().hasCopied()) {
            requireNoFault();
            if (since(startedNs).compareTo(STEP_LIMIT) > 0) {
                throw new CommandFailure(ExitStatus.INCOMPLETE, "the copy of the database does not end");
            }
            writers.goOn(LOOK);
        }
        report.step(
                "copied",
                Quantities.bytes(bytes) + " of database, while two sqlite3 processes commit to it",
                since(startedNs));
    }

    private void snapshot(Session session, Writers writers) throws InterruptedException {
        Path directory = workplace.directory("snapshot");
        Map<Integer, Long> committed = writers.committed();
        long startedNs = System.nanoTime();
        Status sealed;
        try (CommandClient client = CommandClient.open(session.deployment())) {
            client.send(
                    SOURCE,
                    new Command(
                            SNAPSHOT,
                            "snapshot",
                            CommandData.newBuilder()
                                    .setDestination(directory.toString())
                                    .build()));
            sealed = client.await(SNAPSHOT, STEP_LIMIT, status -> {});
        } catch (TimeoutException e) {
            throw new CommandFailure(ExitStatus.INCOMPLETE, "the snapshot was " + e.getMessage(), e);
        }
        Duration took = since(startedNs);
        requireNoFault();
        ExitStatus outcome = Outcomes.of(sealed);
        if (outcome != ExitStatus.DONE) {
            throw new CommandFailure(outcome, "the snapshot failed: " + sealed.getErrorString());
        }
        requireCaptured(new Coverage(sealed.getUnseen()));
        Map<Integer, Long> begun = writers.begun();
        report.step("snapshot", describe(directory) + ", cut at LSN " + Lsn.format(sealed.getLsn()), took);
        long before = sum(committed);
        report.detail(Quantities.count(before) + " commits before it, " + Quantities.count(writers.commits() - before)
                + " more while it was taken");
        verify(directory);
        examine("snapshot", workplace.copy(directory, "snapshot-opened"), committed, begun);
    }

    private void verify(Path directory) {
        long startedNs = System.nanoTime();
        Verification.Result verified = Sealed.verify(directory);
        if (!verified.isSame()) {
            throw new CommandFailure(
                    ExitStatus.DIFFERENT,
                    "the sealed directory is not what was sealed: "
                            + verified.differences().get(0));
        }
        report.step("verified", "every name, size, mode and byte is as in its manifest", since(startedNs));
    }

    private void examine(String what, Path directory, Map<Integer, Long> committed, Map<Integer, Long> begun)
            throws InterruptedException {
        long startedNs = System.nanoTime();
        Ledger ledger = Ledger.read(directory.resolve(Ledger.FILE));
        List<String> problems = LedgerCheck.problems(ledger, committed, begun);
        if (!problems.isEmpty()) {
            throw new CommandFailure(ExitStatus.DIFFERENT, "the " + what + " is wrong: " + String.join("; ", problems));
        }
        report.step("opened", "integrity_check ok; no transaction is there by half", since(startedNs));
        report.detail("all " + Quantities.count(sum(committed)) + " commits before the moment are there, and "
                + Quantities.count(ledger.lines() - sum(committed)) + " that were under way");
    }

    private void compareReplica(Session session, Writers writers) throws InterruptedException {
        long startedNs = System.nanoTime();
        session.stages().finish();
        requireNoFault();
        requireCaptured(session.stages().coverage());
        List<String> differences = Workplace.differences(source, replica);
        if (!differences.isEmpty()) {
            throw new CommandFailure(ExitStatus.DIFFERENT, "the replica is not the source: " + differences.get(0));
        }
        report.step(
                "replica",
                "byte for byte the source after all " + Quantities.count(writers.commits()) + " commits",
                since(startedNs));
    }

    private void restore(Session session, Moment moment) throws InterruptedException {
        Path directory = workplace.directory("restored");
        long startedNs = System.nanoTime();
        RestoreResult restored = new Restoration(
                        session.deployment(), SOURCE, Moments.at(moment.time()), directory, false, false, () -> false)
                .run(RestoreListener.NONE);
        report.step(
                "restored",
                Quantities.bytes(restored.bytes()) + " as of "
                        + CLOCK.format(Moments.instant(restored.timeNs()).atZone(ZoneId.systemDefault()))
                        + ", before the snapshot: LSN "
                        + Lsn.format(restored.lsn()),
                since(startedNs));
        verify(directory);
        examine("restored directory", workplace.copy(directory, "restored-opened"), moment.committed(), moment.begun());
    }

    /** What the audit had to read again would be right without the hook too. */
    private static void requireCaptured(Coverage coverage) {
        Stream.concat(coverage.readAgain().stream(), coverage.atACut().stream())
                .findFirst()
                .ifPresent(fact -> {
                    throw new CommandFailure(
                            ExitStatus.NOT_CAPTURED, "not everything was captured: " + UncoveredWords.line(fact));
                });
    }

    private void requireNoFault() {
        faults.first().ifPresent(fault -> {
            throw new CommandFailure(ExitStatus.FAILED, "a stage failed: " + fault.getMessage(), fault);
        });
    }

    private static String describe(Path directory) {
        return Quantities.bytes(Workplace.bytes(directory));
    }

    private static long sum(Map<Integer, Long> numbers) {
        return numbers.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Duration since(long startedNs) {
        return Duration.ofNanos(System.nanoTime() - startedNs);
    }
}

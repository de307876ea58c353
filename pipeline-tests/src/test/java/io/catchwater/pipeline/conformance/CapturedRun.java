package io.catchwater.pipeline.conformance;

import io.catchwater.pipeline.Commands;
import io.catchwater.pipeline.Pipeline;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.Workplace;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.restore.RestorePoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Rows beside a pipeline: a snapshot when each has done its part 0, replica and restore at the end. One thread. */
final class CapturedRun implements AutoCloseable {

    private final List<Row> rows;
    private final Workplace place;
    private final Places places;
    private final Session session;
    private final Pipeline pipeline;
    private final List<String> uncovered = new ArrayList<>();
    private Listing half;
    private Listing end;
    private Listing cut;
    private Listing replica;
    private Listing restored;

    CapturedRun(List<Row> rows) throws Exception {
        this.rows = rows;
        this.place = new Workplace();
        this.places = Places.in(place.disk);
        this.session = new Session(rows, places);
        try {
            ConformanceProgram.prepare(rows, places);
            this.pipeline = new Pipeline(place, places.source(), Breakage.NONE);
        } catch (Exception e) {
            closeWorkplace();
            throw e;
        }
    }

    /** With the hook. */
    void run() throws Exception {
        Map<String, String> environment = pipeline.environment();
        begin(environment);
        run(() -> session.firstHalf(rows, environment), () -> session.secondHalf(rows));
    }

    /** Programs run without the hook, and nobody sees what they do. */
    void runUnhooked() throws Exception {
        begin(Map.of());
        run(() -> session.firstHalf(rows, Map.of()), () -> session.secondHalf(rows));
    }

    /** Each row while its kind of entry is not recorded. */
    void runWithoutTheirKinds() throws Exception {
        Map<String, String> environment = pipeline.environment();
        Map<Integer, List<Row>> kinds = rows.stream()
                .collect(Collectors.groupingBy(row -> row.kindNumber().orElseThrow()));
        begin(environment);
        try (Activation activation = new Activation(pipeline.bridge.ring())) {
            run(
                    () -> {
                        for (Map.Entry<Integer, List<Row>> kind : kinds.entrySet()) {
                            activation.disableOnly(kind.getKey());
                            session.firstHalf(kind.getValue(), environment);
                        }
                    },
                    () -> {
                        for (Map.Entry<Integer, List<Row>> kind : kinds.entrySet()) {
                            activation.disableOnly(kind.getKey());
                            session.secondHalf(kind.getValue());
                        }
                    });
        }
    }

    private void begin(Map<String, String> environment) throws Exception {
        try (Activation activation = new Activation(pipeline.bridge.ring())) {
            activation.pause();
            session.early(environment);
            activation.goOn();
        }
        pipeline.awaitBase();
    }

    /** What rows do. */
    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private void run(Part first, Part second) throws Exception {
        first.run();
        half = ConformanceProgram.scan(places.source());
        Path snapshot = place.directory("snapshot");
        uncovered.addAll(snapshot(snapshot));
        second.run();
        end = ConformanceProgram.scan(places.source());
        pipeline.awaitReplica(pipeline.finish());
        uncovered.addAll(pipeline.uncovered());
        Path latest = pipeline.restore(new RestorePoint.Latest()).destination();
        cut = ConformanceProgram.scan(snapshot);
        replica = ConformanceProgram.scan(pipeline.replica);
        restored = ConformanceProgram.scan(latest);
    }

    private List<String> snapshot(Path destination) throws Exception {
        String id = "conformance-" + pipeline.source;
        try (Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
            commands.snapshot(id, destination);
            Status status = commands.await(id);
            if (status.getState() != State.COMPLETED) {
                pipeline.requireSound();
                throw new IllegalStateException("no snapshot: " + status);
            }
            return status.getUncovered();
        }
    }

    Outcome outcome(Row row, BareRun bare) {
        RowProcess process = session.process(row);
        List<String> complaints = new ArrayList<>(process.complaints());
        complaints.addAll(bare.complaints(row, half, end));
        List<String> atEnd = new ArrayList<>(end.of(row).differences(replica.of(row)));
        end.of(row).differences(restored.of(row)).forEach(line -> atEnd.add("restored: " + line));
        List<String> named =
                uncovered.stream().filter(row::isNamedIn).distinct().toList();
        return new Outcome(row, process.notes(), complaints, half.of(row).differences(cut.of(row)), atEnd, named);
    }

    List<Row> rows() {
        return rows;
    }

    private void closeWorkplace() throws IOException {
        session.close();
        places.close();
        Places.remove(place.quick);
        Places.remove(place.disk);
    }

    @Override
    public void close() throws IOException {
        try {
            pipeline.close();
        } finally {
            closeWorkplace();
        }
    }
}

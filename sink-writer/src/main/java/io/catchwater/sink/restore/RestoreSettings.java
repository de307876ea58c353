package io.catchwater.sink.restore;

import io.catchwater.schemas.Topics;
import io.catchwater.sink.SinkSettings;
import io.catchwater.sink.intake.KafkaAccess;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Settings of a restore.
 *
 * @param source whose stream is replayed
 * @param point the moment wanted
 * @param destination directory that is filled: empty, or not there while its parent is
 * @param kafka where the topics are
 * @param bufferBytes of operations that wait for their turn, at most
 * @param nearest where the state at the moment is not known, the newest before it is taken however old that is
 * @param keepsRunFiles false when what tells of a running server is left out
 * @param cancelled asked often; once it says true the restore ends, and what it made is removed
 */
public record RestoreSettings(
        String source,
        RestorePoint point,
        Path destination,
        KafkaAccess kafka,
        long bufferBytes,
        boolean nearest,
        boolean keepsRunFiles,
        BooleanSupplier cancelled) {

    /** @throws IllegalArgumentException with a message for a user */
    public RestoreSettings {
        Topics.requireSourceName(source);
        Objects.requireNonNull(point, "point");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(cancelled, "cancelled");
    }

    /** With defaults for what is not said: run files are left out. */
    public static RestoreSettings of(String source, RestorePoint point, Path destination, KafkaAccess kafka) {
        return new RestoreSettings(
                source, point, destination, kafka, SinkSettings.DEFAULT_BUFFER_BYTES, false, false, () -> false);
    }

    /** The same, to be ended when the supplier says so. */
    public RestoreSettings withCancelled(BooleanSupplier supplier) {
        return new RestoreSettings(source, point, destination, kafka, bufferBytes, nearest, keepsRunFiles, supplier);
    }

    /** The same, with what tells of a running server, or without. */
    public RestoreSettings withRunFilesKept(boolean kept) {
        return new RestoreSettings(source, point, destination, kafka, bufferBytes, nearest, kept, cancelled);
    }

    /** The same; where the state at the moment is not known, the newest before it is taken or not. */
    public RestoreSettings withNearest(boolean taken) {
        return new RestoreSettings(source, point, destination, kafka, bufferBytes, taken, keepsRunFiles, cancelled);
    }
}

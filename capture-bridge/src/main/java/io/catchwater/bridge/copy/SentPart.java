package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventSink;
import io.catchwater.schemas.event.ChunkPart;
import java.util.function.Consumer;

/** A run of bytes on its way to the chunks topic. Any thread. */
final class SentPart implements EventSink.Arrival {

    private static final long ON_ITS_WAY = -1;

    private final long fileOffset;
    private final int length;
    private final Consumer<Throwable> onFailure;
    private volatile long kafkaOffset = ON_ITS_WAY;

    SentPart(long fileOffset, int length, Consumer<Throwable> onFailure) {
        this.fileOffset = fileOffset;
        this.length = length;
        this.onFailure = onFailure;
    }

    @Override
    public void arrived(long offset, Throwable failure) {
        if (failure == null) {
            kafkaOffset = offset;
        } else {
            onFailure.accept(failure);
        }
    }

    boolean hasArrived() {
        return kafkaOffset != ON_ITS_WAY;
    }

    int length() {
        return length;
    }

    /** The part below a file offset, as the stream names it; null when nothing lies below. */
    ChunkPart below(long end) {
        int kept = (int) Math.min(length, end - fileOffset);
        return kept <= 0 ? null : new ChunkPart(fileOffset, kept, 0, kafkaOffset);
    }
}

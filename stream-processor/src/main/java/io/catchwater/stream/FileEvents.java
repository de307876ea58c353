package io.catchwater.stream;

import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Applies {@link FileTransitions} to what the state stores hold. Used by the thread of the partition's task. */
final class FileEvents {

    private static final Map<Class<?>, Function<Object, FileId>> FILES = Map.of(
            Written.class, body -> ((Written) body).getFile(),
            Truncated.class, body -> ((Truncated) body).getFile(),
            Created.class, body -> ((Created) body).getFile(),
            Gone.class, body -> ((Gone) body).getFile(),
            WindowOpened.class, body -> ((WindowOpened) body).getFile(),
            ChunkReference.class, body -> ((ChunkReference) body).getFile(),
            WindowAbandoned.class, body -> ((WindowAbandoned) body).getFile());

    private final KeyValueStore<String, FileProgress> files;
    private final ChangedRanges changes;
    private final boolean windowRule;

    FileEvents(KeyValueStore<String, FileProgress> files, ChangedRanges changes, boolean windowRule) {
        this.files = files;
        this.changes = changes;
        this.windowRule = windowRule;
    }

    /** The file that an event is about; empty for events of other kinds. */
    static Optional<FileId> file(Object body) {
        return Optional.ofNullable(FILES.get(body.getClass())).map(file -> file.apply(body));
    }

    /**
     * Takes an event of a file.
     *
     * @param baseCopyId last base copy begun: what older copies still say of their windows is moot
     * @return what to send on
     */
    List<SpecificRecord> take(FileId file, Object body, long baseCopyId) {
        String key = FileIds.text(file);
        FileProgress before = Optional.ofNullable(files.get(key)).orElse(FileProgress.UNKNOWN);
        Outcome outcome = decide(before, body, key, baseCopyId);
        List<SpecificRecord> operations = new ArrayList<>(outcome.operations());
        FileProgress after = outcome.next();
        Optional<Range<Long>> changed = outcome.changed();
        if (changed.isPresent() && !changes.add(key, changed.get())) {
            Outcome overwhelmed = FileTransitions.overwhelmed(after, file);
            operations.addAll(overwhelmed.operations());
            after = overwhelmed.next();
        }
        keep(key, before, after);
        return operations;
    }

    private Outcome decide(FileProgress before, Object body, String key, long baseCopyId) {
        if (body instanceof Written written) {
            return FileTransitions.written(before, written);
        } else if (body instanceof Truncated truncated) {
            return FileTransitions.truncated(before, truncated);
        } else if (body instanceof Created created) {
            return FileTransitions.created(before, created);
        } else if (body instanceof Gone gone) {
            return FileTransitions.gone(before, gone);
        } else if (body instanceof WindowOpened opened) {
            return FileTransitions.opened(before, opened, baseCopyId);
        } else if (body instanceof ChunkReference reference) {
            return reference.getCopyId() < baseCopyId ? Outcome.of(before) : placed(before, reference, key);
        } else if (body instanceof WindowAbandoned abandoned) {
            return abandoned.getCopyId() < baseCopyId
                    ? Outcome.of(before)
                    : FileTransitions.abandoned(before, abandoned);
        }
        throw new IllegalArgumentException("not about a file: " + body.getClass());
    }

    private Outcome placed(FileProgress before, ChunkReference reference, String key) {
        boolean rule = windowRule && before.window() instanceof Window.Open;
        SizeFold fold = rule ? ((Window.Open) before.window()).sizeFold() : SizeFold.UNCHANGED;
        return FileTransitions.placed(before, reference, rule ? changes.of(key) : ImmutableRangeSet.of(), fold);
    }

    private void keep(String key, FileProgress before, FileProgress after) {
        boolean closed = before.window() instanceof Window.Open was
                && !(after.window() instanceof Window.Open now && now.is(was.copyId(), was.windowId()));
        if (closed) {
            changes.clear(key);
        }
        if (after.equals(before)) {
            return;
        }
        if (after.equals(FileProgress.UNKNOWN)) {
            files.delete(key);
        } else {
            files.put(key, after);
        }
    }

    /** Forgets every file: a base copy reads them all again. */
    void clear() {
        changes.clear();
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, FileProgress> all = files.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(files::delete);
    }
}

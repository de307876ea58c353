package io.catchwater.bridge.simulation;

import io.catchwater.bridge.copy.FileKey;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import io.catchwater.tree.Listing;
import io.catchwater.tree.NameTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands behind the bridge, byte for byte and slow: the stream processor's rule and the sink, on files in memory.
 */
final class Replica {

    private static final long COMPLETE = Long.MAX_VALUE;
    private static final long UNKNOWN = -1;

    private final MemoryTopics topics;
    private final int partitions;
    private final Map<FileKey, State> files = new HashMap<>();
    private final Set<Long> copies = new HashSet<>();
    private final Set<Long> brokenChanges = new HashSet<>();
    final List<String> uncovered = new ArrayList<>();
    int references;
    int excised;
    private NameTree tree;
    private Listing listing;

    private static final class State {
        private byte[] content = new byte[0];
        private long progress = UNKNOWN;
        private WindowOpened window;
        private final BitSet changed = new BitSet();
        private boolean truncated;
        private long foldSize;

        void resize(long size) {
            content = Arrays.copyOf(content, (int) size);
        }

        void put(long at, byte[] bytes, int from, int length) {
            if (length > 0 && content.length < at + length) {
                resize(at + length);
            }
            System.arraycopy(bytes, from, content, (int) at, length);
        }
    }

    Replica(MemoryTopics topics, int partitions) {
        this.topics = topics;
        this.partitions = partitions;
    }

    boolean mayBeCut() {
        return tree != null && copies.isEmpty() && brokenChanges.isEmpty();
    }

    void take(Event event) {
        Object body = event.getBody();
        if (body instanceof CopyBegun begun) {
            // On every partition; the first one seen counts for all.
            if (copies.add(begun.getCopyId()) && begun.getBase()) {
                files.values().forEach(state -> {
                    state.progress = UNKNOWN;
                    state.window = null;
                });
            }
        } else if (body instanceof CopyEnded ended) {
            copies.remove(ended.getCopyId());
        } else if (body instanceof Uncovered what) {
            uncovered.add(StandardCharsets.UTF_8.decode(what.getPath().duplicate()) + ": " + what.getKind());
        } else if (body instanceof ListingOpened opened) {
            listing = new Listing(opened.getRoot(), opened.getRootAttributes());
        } else if (body instanceof ListedDirectory listed) {
            listing.listed(listed, event.getLsn());
        } else if (body instanceof NameChanged change && listing != null) {
            listing.changed(change, event.getLsn());
        } else if (body instanceof NameChanged change) {
            if (!change.getKind().name().equals("RENAME")
                    || change.getPlace() != null
                    || change.getNewPlace() != null) {
                tree.apply(change);
            }
        } else if (body instanceof ListingClosed) {
            if (!listing.unlisted().isEmpty() || listing.mustBeginAnew()) {
                throw new AssertionError("the listing is closed and not whole");
            }
            tree = listing.tree();
            listing = null;
        } else {
            ofFile(event, body);
        }
    }

    private void ofFile(Event event, Object body) {
        if (body instanceof Written written) {
            written(state(written.getFile()), written, event.getLsn());
        } else if (body instanceof Truncated truncated) {
            truncated(state(truncated.getFile()), truncated.getSize());
        } else if (body instanceof Created created) {
            State state = new State();
            state.progress = COMPLETE;
            files.put(FileKey.of(created.getFile()), state);
        } else if (body instanceof Gone gone) {
            files.remove(FileKey.of(gone.getFile()));
        } else if (body instanceof WindowOpened opened) {
            opened(state(opened.getFile()), opened);
        } else if (body instanceof ChunkReference reference) {
            placed(state(reference.getFile()), reference);
        } else if (body instanceof WindowAbandoned abandoned) {
            State state = state(abandoned.getFile());
            state.window = null;
            state.progress = state.progress == COMPLETE ? COMPLETE : UNKNOWN;
        }
    }

    private State state(FileId file) {
        return files.computeIfAbsent(FileKey.of(file), f -> new State());
    }

    private void written(State state, Written written, long lsn) {
        long first = written.getFirstLsn() == 0 ? lsn : written.getFirstLsn();
        if (written.getContinues()) {
            brokenChanges.add(first);
        } else {
            brokenChanges.remove(first);
        }
        byte[] bytes = new byte[written.getContent().remaining()];
        written.getContent().duplicate().get(bytes);
        long start = written.getFileOffset();
        long end = start + bytes.length;
        long from = state.window == null ? Long.MAX_VALUE : state.window.getStart();
        long passing = end > from || state.progress >= end ? end : Math.min(end, state.progress);
        if (start < passing && state.content.length < passing) {
            state.resize(passing);
        }
        for (long at = start; at < end; at++) {
            if (at < state.progress || at >= from) {
                state.put(at, bytes, (int) (at - start), 1);
            }
        }
        if (state.window != null && start < end) {
            state.changed.set((int) Math.max(start, from), (int) Math.max(end, from));
            state.foldSize = Math.max(state.foldSize, end);
        }
    }

    private static void truncated(State state, long size) {
        if (state.window != null) {
            state.changed.set((int) Math.max(size, state.window.getStart()), 1 << 24);
            state.truncated = true;
            state.foldSize = size;
            state.resize(size);
        } else if (size < state.progress) {
            state.resize(size);
        }
    }

    private static void opened(State state, WindowOpened opened) {
        if (state.window != null) {
            throw new AssertionError("two windows on one file");
        }
        if (opened.getFirst()) {
            state.progress = 0;
            state.content = new byte[0];
        } else if (state.progress == UNKNOWN || opened.getStart() > state.progress) {
            throw new AssertionError("a window at " + opened.getStart() + " of what is known to " + state.progress);
        }
        state.window = opened;
        state.changed.clear();
        state.truncated = false;
        state.foldSize = 0;
    }

    private void placed(State state, ChunkReference reference) {
        if (state.window == null || state.window.getWindowId() != reference.getWindowId()) {
            throw new AssertionError("a reference without its window");
        }
        references++;
        int start = (int) reference.getStart();
        int end = (int) reference.getEnd();
        byte[] read = new byte[end - start];
        int partition = Topics.partition(reference.getFile(), partitions);
        for (ChunkPart part : reference.getParts()) {
            byte[] chunk = topics.chunk(partition, part.getKafkaOffset());
            System.arraycopy(chunk, part.getSkip(), read, (int) part.getFileOffset() - start, part.getLength());
        }
        if (state.content.length < end && state.changed.nextClearBit(start) < end) {
            state.resize(end);
        }
        for (int at = start; at < end; at++) {
            if (state.changed.get(at)) {
                excised++;
            } else {
                state.put(at, read, at - start, 1);
            }
        }
        if (reference.getLast()) {
            long fold = state.foldSize;
            state.resize(state.truncated ? fold : Math.max(fold, reference.getSize()));
            state.progress = COMPLETE;
        } else if (state.progress != COMPLETE) {
            state.progress = end;
        }
        state.window = null;
    }

    /** Path to content, directories to null. */
    Map<String, byte[]> tree() {
        Map<String, byte[]> all = new TreeMap<>();
        tree.forEach(name -> {
            boolean directory = (name.attributes().getMode() & 0170000) == 0040000;
            State state = files.get(FileKey.of(name.file()));
            byte[] content = state == null ? new byte[0] : state.content;
            all.put(name.path().toString(), directory ? null : content);
        });
        return all;
    }
}

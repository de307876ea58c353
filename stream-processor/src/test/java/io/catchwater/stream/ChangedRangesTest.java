package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.kafka.streams.state.KeyValueStore;

final class ChangedRangesTest {

    private static final Pipeline PIPELINE = new Pipeline(true);

    private final KeyValueStore<String, Long> store = PIPELINE.store(EventProcessor.CHANGES_STORE);

    @AfterContainer
    static void close() {
        PIPELINE.close();
    }

    @Property(tries = 300)
    void areTheUnionInMemoryAndInTheStore(@ForAll @Size(max = 40) List<@IntRange(max = 100) Integer> numbers) {
        ChangedRanges ranges = new ChangedRanges(store, 1000);
        RangeSet<Long> expected = TreeRangeSet.create();
        for (int i = 0; i + 1 < numbers.size(); i += 2) {
            long start = numbers.get(i);
            Range<Long> range = Range.closedOpen(start, start + 1 + numbers.get(i + 1) % 7);
            assertThat(ranges.add("a", range)).isTrue();
            assertThat(ranges.add("ab", Range.closedOpen(0L, 1000L))).isTrue();
            expected.add(range);
        }
        assertThat(ranges.of("a")).isEqualTo(expected);
        assertThat(new ChangedRanges(store, 1000).of("a")).isEqualTo(expected);
        ranges.clear("a");
        ranges.clear("ab");
        assertThat(store.approximateNumEntries()).isZero();
    }

    @Example
    void aFileThatFindsNoRoomIsGivenUpAndNamed() {
        FileId file = new FileId(1L, 2L, 3L);
        KeyValueStore<String, FileProgress> files = PIPELINE.store(EventProcessor.FILES_STORE);
        FileEvents events = new FileEvents(files, new ChangedRanges(store, 3), true);
        events.take(file, new Created(file), 1);
        events.take(file, new WindowOpened(2L, 1L, file, 0L, 1000L, false), 1);
        for (long at = 0; at < 30; at += 10) {
            assertThat(events.take(file, write(file, at), 1)).hasSize(1);
        }
        assertThat(events.take(file, write(file, 1), 1)).hasSize(1);
        assertThat(events.take(file, write(file, 30), 1).get(1)).isInstanceOf(Uncovered.class);
        assertThat(store.approximateNumEntries()).isZero();
        assertThat(files.get("1-2-3")).isEqualTo(new FileProgress(new Content.Complete(), new Window.Unwanted(2, 1)));
    }

    private static Written write(FileId file, long at) {
        return new Written(file, at, ByteBuffer.allocate(2), false, 0L);
    }
}

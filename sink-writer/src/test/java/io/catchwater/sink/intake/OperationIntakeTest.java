package io.catchwater.sink.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.merge.OrderedMerge;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OperationIntakeTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final long BUFFER_BYTES = 4000;

    private final TestStream stream = new TestStream(Topics.ordered("app"), 2);

    private OperationIntake intake(long... kafkaOffsets) throws SinkException {
        List<Long> starts = Arrays.stream(kafkaOffsets).boxed().toList();
        return new OperationIntake(
                stream.consumer,
                stream.reader(Operation.class),
                "app",
                OperationIntake.from(starts),
                BUFFER_BYTES,
                OptionalInt.empty());
    }

    private void put(int partition, long kafkaOffset, long lsn, Object body) {
        stream.put(partition, kafkaOffset, stream.bytes(new Operation(lsn, 0L, body)));
    }

    private static CopyBegun base(long copyId) {
        return new CopyBegun(copyId, true, "", copyId);
    }

    @Test
    void nothingCountsBeforeTheBaseBegins() throws IOException {
        OperationIntake intake = intake(0, 0);
        put(0, 0, 5, new Resize(FILE, 1L));
        put(0, 1, 5, base(5));
        put(1, 0, 5, base(5));
        put(1, 1, 6, new Resize(FILE, 2L));
        put(0, 2, 6, new Watermark(7L));
        put(1, 2, 6, new Watermark(0L));
        assertThat(intake.poll(Duration.ZERO)).isEqualTo(6);
        OrderedMerge<Operation> merge = intake.merge();
        assertThat(next(merge).kafkaOffset()).isEqualTo(1);
        assertThat(next(merge).partition()).isEqualTo(1);
        assertThat(next(merge).item().getBody()).isEqualTo(new Resize(FILE, 2L));
        assertThat(merge.peek(Long.MAX_VALUE)).isNull();
        assertThat(merge.appliedLsn()).isEqualTo(6);
        assertThat(intake.resumption().partitions())
                .containsExactly(new OrderedMerge.Start(3, 6), new OrderedMerge.Start(3, 6));
    }

    private static OrderedMerge.Entry<Operation> next(OrderedMerge<Operation> merge) {
        OrderedMerge.Entry<Operation> entry = merge.peek(Long.MAX_VALUE);
        merge.remove(entry);
        return entry;
    }

    @Test
    void recordsThatAreGoneAreAFault() {
        stream.holds(1, 10, 20);
        assertThatThrownBy(() -> intake(0, 9)).isInstanceOfSatisfying(SinkException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.GAP);
            assertThat(e).hasMessageContaining("holds Kafka offsets 10 to 20, but 9 comes next");
        });
        assertThatThrownBy(() -> intake(0, 21)).hasMessageContaining("but 21 comes next");
    }

    @Test
    void aDamagedRecordIsNamedAndNotPassedOver() throws IOException {
        OperationIntake intake = intake(0, 0);
        byte[] damaged = stream.bytes(new Operation(5L, 0L, base(5)));
        stream.put(1, 7, Arrays.copyOf(damaged, damaged.length - 3));
        assertThatThrownBy(() -> intake.poll(Duration.ZERO))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("partition 1, Kafka offset 7: the record cannot be read");
    }

    @Test
    void anEmptyRecordIsADamagedOne() throws IOException {
        OperationIntake intake = intake(0, 0);
        stream.put(1, 7, null);
        assertThatThrownBy(() -> intake.poll(Duration.ZERO)).hasMessageContaining("it is empty");
    }

    @Test
    void aPartitionThatIsFarAheadIsNotReadOn() throws IOException {
        OperationIntake intake = intake(0, 0);
        put(1, 0, 5, base(5));
        ByteBuffer content = ByteBuffer.allocate(3000);
        put(1, 1, 6, new WriteBytes(FILE, List.of(new Extent(0L, content)), false, 0L));
        intake.poll(Duration.ZERO);
        intake.poll(Duration.ZERO);
        TopicPartition ahead = new TopicPartition(Topics.ordered("app"), 1);
        assertThat(stream.consumer.paused()).containsExactly(ahead);
        put(0, 0, 5, base(5));
        put(0, 1, 9, new Watermark(0L));
        intake.poll(Duration.ZERO);
        while (intake.merge().peek(Long.MAX_VALUE) != null) {
            next(intake.merge());
        }
        intake.poll(Duration.ZERO);
        assertThat(stream.consumer.paused()).isEmpty();
    }
}

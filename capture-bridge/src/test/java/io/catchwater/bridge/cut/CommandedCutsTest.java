package io.catchwater.bridge.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.CutCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommandedCutsTest {

    private static final long LSN = Lsn.of(1, 6400);
    private static final String TELLING =
            "echo $CATCHWATER_SOURCE $CATCHWATER_SNAPSHOT $CATCHWATER_CUT $CATCHWATER_LSN";

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<CutCommands> noted = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private volatile boolean idle = true;
    private final CountDownLatch looks = new CountDownLatch(5);
    private CommandedCuts cuts;

    private void make(String before, String after, Duration limit) {
        CutCommandSettings settings = new CutCommandSettings(
                Optional.ofNullable(before), Optional.ofNullable(after), limit, Map.of("PATH", "/usr/bin:/bin"));
        Cuts log = new Cuts() {
            @Override
            public CompletableFuture<Long> request(String commandId) {
                asked.add(commandId);
                return CompletableFuture.completedFuture(LSN);
            }

            @Override
            public CompletableFuture<Long> refuse(String commandId, String reason) {
                asked.add(commandId + ": " + reason);
                return CompletableFuture.completedFuture(LSN);
            }

            @Override
            public boolean canBeNow() {
                looks.countDown();
                return idle;
            }
        };
        cuts = new CommandedCuts("app", settings, log, producer, this::serialize, failures::add);
    }

    private byte[] serialize(String topic, CatalogEntry entry) {
        CutCommands commands = (CutCommands) entry.getEntry();
        noted.add(new CutCommands(commands.getId(), commands.getBefore(), commands.getAfter()));
        return new byte[0];
    }

    private void await(String id) throws Exception {
        cuts.snapshot(id).get(20, TimeUnit.SECONDS);
    }

    private CutCommands lastNoted() {
        return List.copyOf(noted).get(noted.size() - 1);
    }

    @AfterEach
    void close() {
        cuts.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void bothAreToldOfTheCutAndNoted() throws Exception {
        make(TELLING, TELLING + "; exit 5", Duration.ofSeconds(60));
        await("one");
        assertThat(asked).containsExactly("one");
        assertThat(lastNoted().getId()).isEqualTo("one");
        assertThat(lastNoted().getBefore().getOutput()).isEqualTo("app one before\n");
        assertThat(lastNoted().getBefore().getExitStatus()).isZero();
        assertThat(lastNoted().getAfter().getOutput()).isEqualTo("app one after " + Lsn.format(LSN) + "\n");
        assertThat(lastNoted().getAfter().getExitStatus()).isEqualTo(5);
        assertThat(producer.history()).allMatch(each -> each.key().equals("app/cut-commands/one"));
    }

    @Test
    void withoutItsCommandThereIsNoCut() throws Exception {
        make("echo some; echo the reason; echo; exit 3", "echo never", Duration.ofSeconds(60));
        await("one");
        assertThat(asked).containsExactly("one: the command before the cut failed with 3: the reason");
        assertThat(lastNoted().getAfter()).isNull();
    }

    @Test
    void aCommandThatTakesTooLongHasFailed() throws Exception {
        make("echo waits; sleep 100", null, Duration.ofMillis(200));
        await("one");
        assertThat(asked).containsExactly("one: the command before the cut did not end within 200 ms: waits");
        assertThat(lastNoted().getBefore().getExitStatus()).isEqualTo(124);
    }

    @Test
    void theSameIdRunsNothingTwice() throws Exception {
        make("true", null, Duration.ofSeconds(60));
        await("one");
        await("one");
        await("two");
        assertThat(asked).containsExactly("one", "two");
    }

    @Test
    void nothingIsRunWhileACopyIsOpen() throws Exception {
        make("true", null, Duration.ofSeconds(60));
        idle = false;
        CompletableFuture<Void> done = cuts.snapshot("one");
        assertThat(looks.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(noted).isEmpty();
        idle = true;
        done.get(20, TimeUnit.SECONDS);
        assertThat(asked).containsExactly("one");
    }
}

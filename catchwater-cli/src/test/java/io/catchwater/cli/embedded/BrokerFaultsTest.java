package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.utils.Exit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BrokerFaultsTest {
    private final List<String> reported = new CopyOnWriteArrayList<>();

    @AfterEach
    void reset() {
        BrokerFaults.reset();
    }

    @Test
    void endsKafkasThreadInsteadOfTheProcess() {
        BrokerFaults.reportTo(reported::add);

        assertThatThrownBy(() -> Exit.halt(1, "log directory failed")).isInstanceOf(Error.class);

        Awaitility.await().untilAsserted(() -> assertThat(reported).containsExactly("log directory failed"));
    }

    @Test
    void reportsTheFirstFaultOnly() throws InterruptedException {
        BrokerFaults.reportTo(reported::add);

        assertThatThrownBy(() -> Exit.exit(1)).isInstanceOf(Error.class);
        assertThatThrownBy(() -> Exit.halt(1, "second")).isInstanceOf(Error.class);

        Awaitility.await().until(() -> !reported.isEmpty());
        Thread.sleep(50);
        assertThat(reported).hasSize(1);
    }
}

package io.catchwater.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicationTest {

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,2,1", "3,3,2", "12,3,2"})
    void followsTheNumberOfBrokers(int brokers, short replicas, short minInsync) {
        assertThat(Replication.of(brokers, Map.of())).isEqualTo(new Replication(replicas, minInsync));
    }

    @Test
    void isAsTheSettingsSay() {
        assertThat(Replication.of(5, Map.of("replication.factor", "5", "min.insync.replicas", "3")))
                .isEqualTo(new Replication((short) 5, (short) 3));
        assertThat(Replication.of(5, Map.of("replication.factor", "2")))
                .isEqualTo(new Replication((short) 2, (short) 1));
        assertThat(Replication.of(3, Map.of("min.insync.replicas", "1")))
                .isEqualTo(new Replication((short) 3, (short) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "three", "40000", ""})
    void refusesWhatIsNoNumberOfBrokers(String factor) {
        assertThatThrownBy(() -> Replication.of(3, Map.of("replication.factor", factor)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("replication.factor");
    }

    @Test
    void refusesToWaitForMoreBrokersThanKeepARecord() {
        assertThatThrownBy(() -> Replication.of(1, Map.of("min.insync.replicas", "2")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("min.insync.replicas");
    }

    @Test
    void isThatOfEachTopic() {
        assertThat(TopicCreation.topics("app", 4, Replication.of(3, Map.of())))
                .hasSize(6)
                .allMatch(topic -> topic.replicationFactor() == 3)
                .extracting(NewTopic::configs)
                .allMatch(configs -> "2".equals(configs.get("min.insync.replicas")));
    }
}

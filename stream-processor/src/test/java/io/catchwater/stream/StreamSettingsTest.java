package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Replication;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

final class StreamSettingsTest {

    private static final Replication REPLICATION = new Replication((short) 3, (short) 2);

    @Test
    void valuesAreChecked() {
        assertThatThrownBy(() -> settings("no/name", "localhost:9092", 4)).hasMessageContaining("no/name");
        assertThatThrownBy(() -> settings("app", " ", 4)).hasMessageContaining("bootstrap servers");
        assertThatThrownBy(() -> settings("app", "localhost:9092", 1)).hasMessageContaining("partitions: 1");
    }

    @Test
    void whatKafkaStreamsIsToldIsSound() {
        StreamsConfig config = new StreamsConfig(StreamConfiguration.of(settings("app", "localhost:9092", 4)));
        assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
                .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
        assertThat(config.getMainConsumerConfigs("g", "c", 0)).containsEntry("security.protocol", "SSL");
        assertThat(config.getProducerConfigs("c")).containsEntry("security.protocol", "SSL");
    }

    @Test
    void itsOwnTopicsAreAsSafeAsTheOthers() {
        StreamsConfig config = new StreamsConfig(StreamConfiguration.of(settings("app", "localhost:9092", 4)));
        assertThat(config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG)).isEqualTo(3);
        assertThat(config.originalsWithPrefix(StreamsConfig.TOPIC_PREFIX)).containsEntry("min.insync.replicas", 2);
    }

    private static StreamSettings settings(String source, String servers, int partitions) {
        Map<String, String> properties = Map.of("security.protocol", "SSL", "processing.guarantee", "at_least_once");
        return new StreamSettings(
                source, servers, "mock://none", properties, Path.of("state"), partitions, REPLICATION, true, e -> {});
    }
}

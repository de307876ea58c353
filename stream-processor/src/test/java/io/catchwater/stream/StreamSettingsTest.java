package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

final class StreamSettingsTest {

    @Test
    void valuesAreChecked() {
        assertThatThrownBy(() -> settings("no/name", "localhost:9092", 4, (short) 1))
                .hasMessageContaining("no/name");
        assertThatThrownBy(() -> settings("app", " ", 4, (short) 1)).hasMessageContaining("bootstrap servers");
        assertThatThrownBy(() -> settings("app", "localhost:9092", 1, (short) 1))
                .hasMessageContaining("partitions: 1");
        assertThatThrownBy(() -> settings("app", "localhost:9092", 4, (short) 0))
                .hasMessageContaining("replication");
    }

    @Test
    void whatKafkaStreamsIsToldIsSound() {
        StreamsConfig config =
                new StreamsConfig(StreamConfiguration.of(settings("app", "localhost:9092", 4, (short) 1)));
        assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
                .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
        assertThat(config.getMainConsumerConfigs("g", "c", 0)).containsEntry("security.protocol", "SSL");
        assertThat(config.getProducerConfigs("c")).containsEntry("security.protocol", "SSL");
    }

    private static StreamSettings settings(String source, String servers, int partitions, short replication) {
        Map<String, String> properties = Map.of("security.protocol", "SSL", "processing.guarantee", "at_least_once");
        return new StreamSettings(
                source, servers, "mock://none", properties, Path.of("state"), partitions, replication, true, e -> {});
    }
}

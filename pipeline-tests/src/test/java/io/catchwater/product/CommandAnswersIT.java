package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.product.Product.Started;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Whatever is put on the commands topic is answered with one final status, also when the stages are killed and started. */
final class CommandAnswersIT {

    private static final Set<State> FINAL = EnumSet.of(State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELLED);
    private static final int EXPECTED_IDS = 14;
    private static final Duration POLL = Duration.ofMillis(200);

    private ServedApp app;
    private Map<String, Object> client;
    private Serialization serialization;

    /** How an id ended: state, errno and words; more than one when it was answered more than once. */
    private record Answer(String source, State state, int errno, String words) {}

    @Test
    void eachIdHasOneFinalStatus() throws Exception {
        try (ServedApp served = new ServedApp()) {
            app = served;
            client = app.product().client();
            serialization = new Serialization(client.get("schema.registry.url").toString(), client);
            Started other = serveOther();
            sendAll();
            ServedApp.await(() -> answers().size() == EXPECTED_IDS);
            assertAnswers(answers());
            other.kill();
            app.restart();
            app.order("after", app.destination("after"));
            app.awaitState("after", "COMPLETED");
            Map<String, List<Answer>> again = answers();
            again.remove("after");
            assertAnswers(again);
            assertThat(app.verb("verify", app.place.disk.resolve("snapshots/good"))
                            .status())
                    .isZero();
        }
    }

    private Started serveOther() throws Exception {
        Path source = Files.createDirectory(app.place.disk.resolve("other-source"));
        Path replica = Files.createDirectory(app.place.disk.resolve("other-replica"));
        Path data = app.place.directory("other-data");
        Started other = app.begin(
                "run",
                "--source",
                "other=" + source,
                "--replica",
                replica,
                "--data-dir",
                data,
                "--allowed-prefix",
                data.getParent(),
                "--config",
                app.product().data().resolve("client.properties"));
        ServedApp.await(() -> {
            other.requireAlive();
            return app.statuses().stream()
                    .anyMatch(each -> each.path("source").asText().equals("other"));
        });
        return other;
    }

    private void sendAll() throws Exception {
        String good = snapshot("good", "good", "");
        kcat(
                "app|" + good,
                "app|" + good,
                "app|{not json",
                "app|{\"type\":\"snapshot\"}",
                "app|{\"id\":\"odd\",\"type\":\"dance\"}",
                "app|" + snapshot("bad-expression", "unused", ",\"exclude\":\"/x(\""),
                "app|" + snapshot("bad-number", "unused", ",\"throttle\":\"fast\""),
                "app|{\"id\":\"cancel-nothing\",\"type\":\"cancel\",\"data\":{\"target\":\"nothing\"}}",
                "app|{\"id\":\"throttle-what\",\"type\":\"throttle\",\"data\":{}}",
                "app|" + snapshot("stopped", "stopped", ",\"throttle\":0"),
                "app|{\"id\":\"stop\",\"type\":\"cancel\",\"data\":{\"target\":\"stopped\"}}",
                "nobody|" + snapshot("lost", "unused", ""),
                "nobody|{not json",
                "other|" + snapshot("good", "unused", ""));
        try (KafkaProducer<String, Command> producer =
                new KafkaProducer<>(client, new StringSerializer(), serialization.serializer())) {
            CommandData data = new CommandData();
            data.setDestination(app.destination("avro").toString());
            producer.send(new ProducerRecord<>(Topics.COMMANDS, "app", new Command("avro", "snapshot", data)))
                    .get();
        }
    }

    private String snapshot(String id, String destination, String more) throws IOException {
        return "{\"id\":\"%s\",\"type\":\"snapshot\",\"data\":{\"destination\":\"%s\"%s}}"
                .formatted(id, app.destination(destination), more);
    }

    private void kcat(String... records) throws Exception {
        Process producer = new ProcessBuilder(app.product().kcat("-P", "-t", Topics.COMMANDS, "-K", "|"))
                .redirectErrorStream(true)
                .start();
        producer.getOutputStream().write((String.join("\n", records) + "\n").getBytes(UTF_8));
        producer.getOutputStream().close();
        String said = new String(producer.getInputStream().readAllBytes(), UTF_8);
        assertThat(producer.waitFor()).as(said).isZero();
    }

    private static void assertAnswers(Map<String, List<Answer>> answers) {
        assertThat(answers).allSatisfy((id, given) -> assertThat(given).as(id).hasSize(1));
        assertAnswer(answers, "good", State.COMPLETED, 0, "");
        assertAnswer(answers, "avro", State.COMPLETED, 0, "");
        assertAnswer(answers, "odd", State.REJECTED, 22, "unknown type of command: 'dance'");
        assertAnswer(answers, "bad-expression", State.REJECTED, 22, "missing closing ) at character 1");
        assertAnswer(answers, "bad-number", State.REJECTED, 22, "is not a number of bytes per second");
        assertAnswer(answers, "cancel-nothing", State.REJECTED, 2, "no such snapshot: 'nothing'");
        assertAnswer(answers, "throttle-what", State.REJECTED, 22, "no \"throttle\" given");
        assertAnswer(answers, "stopped", State.CANCELLED, 125, "cancelled by command");
        assertAnswer(answers, "stop", State.COMPLETED, 0, "");
        assertAnswer(answers, "lost", State.REJECTED, 2, "no such source: 'nobody'");
        List<String> byPlace = answers.keySet().stream()
                .filter(id -> id.matches("(app|nobody|other)@0:[0-9]+"))
                .toList();
        assertThat(byPlace).as("%s", answers.keySet()).hasSize(4);
        assertThat(byPlace).filteredOn(id -> id.startsWith("app@")).hasSize(2);
        byPlace.forEach(id -> assertAnswer(
                answers,
                id,
                State.REJECTED,
                id.startsWith("other@") ? 17 : 22,
                id.startsWith("other@") ? "is that of a command for source 'app'" : ""));
    }

    private static void assertAnswer(
            Map<String, List<Answer>> answers, String id, State state, int errno, String words) {
        assertThat(answers).containsKey(id);
        Answer answer = answers.get(id).get(0);
        assertThat(answer.state()).as("%s: %s", id, answer).isEqualTo(state);
        assertThat(answer.errno()).as("%s: %s", id, answer).isEqualTo(errno);
        assertThat(answer.words()).as("%s: %s", id, answer).contains(words);
    }

    /** All final statuses on the topic, by id. */
    private Map<String, List<Answer>> answers() {
        Map<String, List<Answer>> answers = new TreeMap<>();
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<String, Status> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), serialization.deserializer(Status.class))) {
            TopicPartition only = new TopicPartition(Topics.STATUS, 0);
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
            long end = consumer.endOffsets(List.of(only)).get(only);
            while (consumer.position(only) < end) {
                for (ConsumerRecord<String, Status> record : consumer.poll(POLL)) {
                    Status status = record.value();
                    if (!status.getCommandId().isEmpty() && FINAL.contains(status.getState())) {
                        answers.computeIfAbsent(status.getCommandId(), id -> new ArrayList<>())
                                .add(new Answer(
                                        status.getSource(),
                                        status.getState(),
                                        status.getErrorCode(),
                                        status.getErrorString()));
                    }
                }
            }
        }
        return answers;
    }
}

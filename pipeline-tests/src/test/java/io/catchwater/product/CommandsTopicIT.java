package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot by a JSON record on the commands topic, put there by Kafka's console producer and by kcat. */
final class CommandsTopicIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Product product;

    @Test
    void takesWhatConsoleProducersSend() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path replica = Files.createDirectory(directory.resolve("replica"));
        Path end = directory.resolve("end");
        try (Product running = new Product(Files.createDirectory(directory.resolve("product")))) {
            product = running;
            String script = "cd %s; echo written > file; while [ ! -e %s ]; do sleep 0.1; done".formatted(source, end);
            Started run =
                    product.start("run", "--source", "app=" + source, "--replica", replica, "--", "sh", "-c", script);
            Awaitility.await().atMost(LIMIT).until(() -> {
                run.requireAlive();
                return Files.exists(source.resolve("file"));
            });
            send(
                    "by-console",
                    List.of(
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "org.apache.kafka.tools.ConsoleProducer",
                            "--bootstrap-server",
                            broker(),
                            "--topic",
                            "catchwater.commands",
                            "--reader-property",
                            "parse.key=true",
                            "--reader-property",
                            "key.separator=|"));
            send("by-kcat", List.of("kcat", "-P", "-b", broker(), "-t", "catchwater.commands", "-K", "|"));
            Files.createFile(end);
            assertThat(run.await(LIMIT).status()).isZero();
        }
    }

    private void send(String id, List<String> command) throws Exception {
        Path destination = Files.createDirectory(directory.resolve(id));
        String record = "app|{\"id\":\"%s\",\"type\":\"snapshot\",\"data\":{\"destination\":\"%s\"}}%n"
                .formatted(id, destination);
        Process producer = new ProcessBuilder(command).redirectErrorStream(true).start();
        producer.getOutputStream().write(record.getBytes(UTF_8));
        producer.getOutputStream().close();
        String said = new String(producer.getInputStream().readAllBytes(), UTF_8);
        assertThat(producer.waitFor()).as(said).isZero();
        Awaitility.await().atMost(LIMIT).until(() -> state(id).equals(Optional.of("COMPLETED")));
        assertThat(destination.resolve("file")).hasContent("written\n");
        Ended verified = product.run("verify", destination);
        assertThat(verified.status()).as(verified.out()).isZero();
    }

    private Optional<String> state(String id) throws IOException, InterruptedException {
        return messages("list").stream()
                .filter(message -> message.path("id").asText().equals(id))
                .map(message -> "COMPLETED")
                .findFirst();
    }

    private String broker() throws IOException, InterruptedException {
        return messages("status").get(0).path("bootstrap_servers").asText();
    }

    private List<JsonNode> messages(String verb) throws IOException, InterruptedException {
        Ended ended = product.ask(verb, "--json");
        assertThat(ended.status()).as(ended.err()).isZero();
        ObjectMapper json = new ObjectMapper();
        return StreamSupport.stream(ended.out().lines().spliterator(), false)
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }
}

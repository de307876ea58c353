package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Commands of the source's host beside a cut: what the one before it does is in the snapshot, what the other does is not. */
final class CutCommandsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** So that it is found among all processes. */
    private static final String SLEEP = "sleep 98761";

    private Workplace place;
    private Product product;
    private Path source;
    private Path failing;
    private Path slow;

    @Test
    void areRunBesideEachCut() throws Exception {
        try (Workplace used = new Workplace();
                Product started = new Product(used.directory("product"))) {
            place = used;
            product = started;
            source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            failing = place.disk.resolve("failing");
            slow = place.disk.resolve("slow");
            Files.write(source.resolve("large"), new byte[3_000_000]);
            String before =
                    "echo hook ${LD_PRELOAD:-none}; echo $CATCHWATER_SNAPSHOT >'%1$s/before'; [ ! -e '%2$s' ] || "
                            + "{ echo the disk is on fire; exit 3; }; if [ -e '%3$s' ]; then %4$s & %4$s; fi";
            CapturedShell shell = CapturedShell.start(
                    product,
                    place.disk,
                    source,
                    replica,
                    "--before-cut",
                    before.formatted(source, failing, slow, SLEEP),
                    "--after-cut",
                    "echo $CATCHWATER_CUT of $CATCHWATER_SOURCE; echo $CATCHWATER_LSN >'%s/after'; exit 7"
                            .formatted(source),
                    "--cut-command-timeout",
                    "2s");
            shell.run("echo changed >file");
            theSnapshotHasWhatWasDoneBefore();
            aFailureBeforeMeansNoCut();
            aCommandThatTakesTooLongIsEnded();
            Ended ended = shell.end();
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(TreeDifferences.between(source, replica)).isEmpty();
        }
    }

    private void theSnapshotHasWhatWasDoneBefore() throws Exception {
        Path to = Files.createDirectory(place.disk.resolve("snapshot"));
        Ended ended = product.run("snapshot", "--source", "app", "--to", to, "--id", "good");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(to.resolve("before")).hasContent("good\n");
        assertThat(to.resolve("file")).hasContent("changed\n");
        assertThat(to.resolve("after")).doesNotExist();
        JsonNode ran = await("good", "after");
        assertThat(Files.readString(source.resolve("after"))).matches("[0-9A-F]+/[0-9A-F]+\n");
        assertThat(ran.path("before").path("exit_status").asInt(-1)).isZero();
        assertThat(ran.path("before").path("output").asText()).isEqualTo("hook none\n");
        assertThat(ran.path("after").path("exit_status").asInt()).isEqualTo(7);
        assertThat(ran.path("after").path("output").asText()).isEqualTo("after of app\n");
        assertThat(product.run("list").out()).containsPattern("good +app +.*exit 0 +.*exit 7");
    }

    private void aFailureBeforeMeansNoCut() throws Exception {
        Files.delete(source.resolve("after"));
        Files.createFile(failing);
        assertThat(refusal("failing")).isEqualTo("the command before the cut failed with 3: the disk is on fire");
        Files.delete(failing);
        assertThat(await("failing", "before").path("before").path("exit_status").asInt())
                .isEqualTo(3);
        assertThat(source.resolve("after")).doesNotExist();
    }

    private void aCommandThatTakesTooLongIsEnded() throws Exception {
        Files.createFile(slow);
        assertThat(refusal("slow")).isEqualTo("the command before the cut did not end within 2 s: hook none");
        Files.delete(slow);
        assertThat(await("slow", "before").path("before").path("exit_status").asInt())
                .isEqualTo(124);
        assertThat(ProcessHandle.allProcesses()
                        .map(ProcessHandle::info)
                        .flatMap(info -> info.commandLine().stream())
                        .filter(line -> line.endsWith(SLEEP)))
                .isEmpty();
    }

    /** Orders a snapshot that fails, and returns why there is no cut. */
    private String refusal(String id) throws Exception {
        Path to = Files.createDirectory(place.disk.resolve("snapshot-" + id));
        Ended ended = product.run("snapshot", "--source", "app", "--to", to, "--id", id);
        List<CutRequested> requests = requests(SourceTopics.of(product), id);
        assertThat(requests).hasSize(1);
        String refusal = requests.get(0).getRefusal();
        assertThat(ended.status()).as(ended.err() + ended.out()).isEqualTo(1);
        assertThat(ended.err() + ended.out()).contains(refusal);
        assertThat(to).isEmptyDirectory();
        return refusal;
    }

    private static List<CutRequested> requests(SourceTopics topics, String id) {
        return topics.read(Topics.events("app"), Event.class).stream()
                .map(each -> each.value().getBody())
                .filter(CutRequested.class::isInstance)
                .map(CutRequested.class::cast)
                .filter(request -> request.getCommandId().equals(id))
                .toList();
    }

    /** Until the catalog says what was run on one side of a cut. */
    private JsonNode await(String id, String side) {
        return Awaitility.await().atMost(LIMIT).until(() -> cutCommands(id), node -> node.hasNonNull(side));
    }

    private JsonNode cutCommands(String id) throws IOException, InterruptedException {
        Ended ended = product.run("list", "--json");
        assertThat(ended.status()).as(ended.err()).isZero();
        ObjectMapper json = new ObjectMapper();
        for (String line : ended.out().lines().toList()) {
            JsonNode node = json.readTree(line);
            if (node.path("message_type").asText().equals("cut_commands")
                    && node.path("id").asText().equals(id)) {
                return node;
            }
        }
        return json.createObjectNode();
    }
}

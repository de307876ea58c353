package io.catchwater.cli.check;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.StatusTopic;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Checks of a broker, its registry, and the sources that are served on them. */
public final class DeploymentChecks {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);
    private static final int HTTP_OK = 200;

    private final Deployment deployment;

    /** @param deployment that runs */
    public DeploymentChecks(Deployment deployment) {
        this.deployment = deployment;
    }

    /** All of them, each run when its turn comes. */
    public List<Supplier<Finding>> all() {
        return List.of(this::broker, this::registry, this::sources);
    }

    private Finding broker() {
        String name = "broker";
        try (Admin admin = deployment.admin()) {
            int nodes = admin.describeCluster().nodes().get().size();
            return Finding.ok(
                    name, deployment.bootstrapServers() + " answers, " + nodes + (nodes == 1 ? " node" : " nodes"));
        } catch (ExecutionException | KafkaException e) {
            return Finding.wrong(name, KafkaFailures.explain(deployment, e).getMessage());
        } catch (InterruptedException e) {
            return interrupted(name);
        }
    }

    private Finding registry() {
        String name = "registry";
        String url = deployment.registryUrl().split(",", -1)[0];
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects"))
                    .timeout(ANSWER_LIMIT)
                    .build();
            int status = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.discarding())
                    .statusCode();
            // Whether this user may is for the registry's own client to find out.
            boolean answers = status == HTTP_OK || status == 401 || status == 403;
            return answers
                    ? Finding.ok(name, url + " answers")
                    : Finding.wrong(name, url + " answers with HTTP " + status + "; check --schema-registry-url");
        } catch (IOException | IllegalArgumentException e) {
            return Finding.wrong(name, url + " does not answer: " + e + "; check --schema-registry-url");
        } catch (InterruptedException e) {
            return interrupted(name);
        }
    }

    private Finding sources() {
        String name = "sources";
        try (StatusTopic statuses = StatusTopic.open(deployment)) {
            List<Status> troubled = statuses.sources().stream()
                    .filter(status -> status.getState() == State.FAILED || isSilent(status))
                    .toList();
            if (!troubled.isEmpty()) {
                return Finding.wrong(
                        name,
                        troubled.stream()
                                .map(status -> status.getSource()
                                        + (isSilent(status) ? " is not served" : " failed: " + status.getErrorString()))
                                .collect(Collectors.joining("; ")));
            }
            int served = statuses.sources().size();
            return Finding.ok(name, served == 0 ? "none yet" : served + " served");
        } catch (KafkaException e) {
            return Finding.wrong(name, KafkaFailures.explain(deployment, e).getMessage());
        } catch (CommandFailure e) {
            return Finding.wrong(name, e.getMessage());
        }
    }

    private static boolean isSilent(Status status) {
        return System.currentTimeMillis() - status.getTimeNs() / 1_000_000 > SILENCE_LIMIT.toMillis();
    }

    private static Finding interrupted(String name) {
        Thread.currentThread().interrupt();
        return Finding.wrong(name, "interrupted");
    }
}

package io.catchwater.cli.http;

import io.catchwater.cli.control.CatalogTopic;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.StagePulse;
import io.catchwater.cli.control.StatusTopic;
import io.catchwater.schemas.control.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the status and catalog topics on a thread of its own. Any thread may look at what it has read. */
final class PageReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);
    private static final Duration REFRESH = Duration.ofMillis(500);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final long RETRY_MS = 1_000;

    /** Ends of commands that are shown. */
    private static final int ENDED_LIMIT = 20;

    private final Deployment deployment;
    private final Thread thread;
    private volatile boolean closing;
    private volatile PageView view = PageView.EMPTY;

    private PageReader(Deployment deployment) {
        this.deployment = deployment;
        this.thread = new Thread(this::work, "catchwater-page-reader");
        thread.setDaemon(true);
    }

    static PageReader start(Deployment deployment) {
        PageReader reader = new PageReader(deployment);
        reader.thread.start();
        return reader;
    }

    /** The newest. */
    PageView view() {
        return view;
    }

    private void work() {
        try {
            while (!closing) {
                try {
                    follow();
                } catch (KafkaException e) {
                    tell(e);
                    TimeUnit.MILLISECONDS.sleep(RETRY_MS);
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("The page's reader ends");
        } catch (RuntimeException | Error e) {
            LOG.error("The page's reader stops", e);
            view = view.withProblem("the page cannot read on: " + e);
        }
    }

    private void tell(KafkaException failure) {
        if (failure instanceof InterruptException interrupt) {
            throw interrupt;
        }
        LOG.warn("The page cannot read the topics: {}", failure.toString());
        view = view.withProblem(KafkaFailures.explain(deployment, failure).getMessage());
    }

    private void follow() {
        try (StatusTopic statuses = StatusTopic.open(deployment);
                CatalogTopic catalog = CatalogTopic.open(deployment);
                StagePulse pulse = StagePulse.open(deployment)) {
            while (!closing) {
                statuses.refresh(REFRESH);
                catalog.refresh();
                view = look(statuses, catalog, pulse);
            }
        }
    }

    private static PageView look(StatusTopic statuses, CatalogTopic catalog, StagePulse pulse) {
        Set<String> names = new TreeSet<>(catalog.catalog().sources());
        statuses.sources().stream().map(Status::getSource).forEach(names::add);
        Map<String, StagePulse.Silence> pulses = pulse.refresh(names);
        return new PageView(
                System.currentTimeMillis(),
                statuses.sources(),
                statuses.running(),
                statuses.ended(ENDED_LIMIT),
                catalog.catalog(),
                pulses,
                statuses.sources().stream().collect(Collectors.toMap(Status::getSource, statuses::health)),
                pulse.problem());
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.catchwater.cli.control;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import java.time.Duration;
import java.util.List;

/** The catalog, followed. Used by one thread. */
public final class CatalogTopic implements AutoCloseable {

    private final ControlTopic<CatalogEntry> topic;

    private CatalogTopic(ControlTopic<CatalogEntry> topic) {
        this.topic = topic;
    }

    /** Opens the topic and reads it to its present end. */
    public static CatalogTopic open(Deployment deployment) {
        ControlTopic<CatalogEntry> topic = ControlTopic.open(deployment, Topics.CATALOG, CatalogEntry.class);
        try {
            topic.readToEnd();
            return new CatalogTopic(topic);
        } catch (RuntimeException e) {
            topic.close();
            throw e;
        }
    }

    /** Takes in what has come since, without waiting. */
    public void refresh() {
        topic.poll(Duration.ZERO);
    }

    /** As it was read last. */
    public Catalog catalog() {
        return new Catalog(List.copyOf(topic.latest().values()));
    }

    @Override
    public void close() {
        topic.close();
    }
}

package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.LogFile;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.cli.hook.HookEnvironment;
import io.catchwater.cli.hook.HookLibrary;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source being served: a broker and registry (embedded, or somebody else's), the stages on them, and the note by which
 * other processes find the ring. Programs may join from the moment it is started until it is closed.
 */
public final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final RunSettings settings;
    private final Deployment deployment;
    private final EmbeddedPlatform embedded;
    private final Stages stages;
    private final HookEnvironment hook;

    private Session(
            RunSettings settings,
            Deployment deployment,
            EmbeddedPlatform embedded,
            Stages stages,
            HookEnvironment hook) {
        this.settings = settings;
        this.deployment = deployment;
        this.embedded = embedded;
        this.stages = stages;
        this.hook = hook;
    }

    /**
     * Starts everything and returns when programs can be captured.
     *
     * @param settings checked
     * @param faults told what fails from now on
     * @throws CommandFailure when something does not start; nothing is left running then
     */
    public static Session start(RunSettings settings, Faults faults) throws InterruptedException {
        HookLibrary library = HookLibrary.ofThisMachine();
        EmbeddedPlatform embedded = settings.deployment().isPresent() ? null : startEmbedded(settings, faults);
        Deployment deployment = settings.deployment().orElseGet(() -> deploymentOf(embedded));
        Stages stages = null;
        try {
            if (embedded == null) {
                OwnerOnly.directory(settings.dataDirectory());
                LogFile.openIn(settings.dataDirectory().resolve("log"));
            }
            stages = Stages.start(settings, deployment, faults);
            HookEnvironment hook = new HookEnvironment(library.install(), stages.ring());
            ServedSource.here(settings.source(), settings.directories(), stages.ring())
                    .writeTo(settings.dataDirectory());
            return new Session(settings, deployment, embedded, stages, hook);
        } catch (IOException e) {
            closeAll(stages, embedded);
            throw new CommandFailure(
                    ExitStatus.FAILED, "cannot write to the data directory " + settings.dataDirectory() + ": " + e, e);
        } catch (KafkaException e) {
            closeAll(stages, embedded);
            throw KafkaFailures.explain(deployment, e);
        } catch (RuntimeException | Error | InterruptedException e) {
            closeAll(stages, embedded);
            throw e;
        }
    }

    private static EmbeddedPlatform startEmbedded(RunSettings settings, Faults faults) {
        return EmbeddedPlatform.start(
                settings.embedded(),
                List.of(settings.source()),
                message -> faults.accept(new IllegalStateException("the embedded broker failed: " + message)));
    }

    private static Deployment deploymentOf(EmbeddedPlatform embedded) {
        return new Deployment(embedded.bootstrapServers(), embedded.schemaRegistryUrl(), embedded.clientProperties());
    }

    /** Where control topics are. */
    public Deployment deployment() {
        return deployment;
    }

    /** What a program needs to be captured. */
    public HookEnvironment hook() {
        return hook;
    }

    /** The stages. */
    public Stages stages() {
        return stages;
    }

    @Override
    public void close() {
        try {
            ServedSource.removeFrom(settings.dataDirectory(), settings.source());
        } catch (IOException e) {
            // A reader notices by the process id that nobody is there.
            LOG.warn("Cannot remove the note on the served source: {}", e.toString());
        }
        closeAll(stages, embedded);
    }

    private static void closeAll(Stages stages, EmbeddedPlatform embedded) {
        try {
            if (stages != null) {
                stages.close();
            }
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}

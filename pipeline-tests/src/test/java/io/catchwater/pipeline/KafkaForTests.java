package io.catchwater.pipeline;

import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.cli.embedded.EmbeddedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The embedded broker and registry, one for all tests of this JVM: only one broker may run in it. */
public final class KafkaForTests {

    private static final AtomicReference<String> FAULT = new AtomicReference<>();
    private static EmbeddedPlatform platform;

    private KafkaForTests() {}

    /** Starts it at the first call; it ends with the JVM. */
    public static synchronized EmbeddedPlatform platform() throws IOException {
        if (platform == null) {
            Path directory = Workplace.quickDirectory("catchwater-broker");
            platform = EmbeddedPlatform.start(
                    EmbeddedSettings.on(directory), List.of(), fault -> FAULT.compareAndSet(null, fault));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                platform.close();
                remove(directory);
            }));
        }
        if (FAULT.get() != null) {
            throw new IOException("the embedded broker failed: " + FAULT.get());
        }
        return platform;
    }

    /** The same, as its clients want it. */
    public static Deployment deployment() throws IOException {
        EmbeddedPlatform kafka = platform();
        return new Deployment(kafka.bootstrapServers(), kafka.schemaRegistryUrl(), kafka.clientProperties());
    }

    /** What a client of a deployment needs, addresses included; for the caller to add to. */
    public static Map<String, Object> client(Deployment kafka) {
        Map<String, Object> client = new HashMap<>(kafka.clientProperties());
        client.put("bootstrap.servers", kafka.bootstrapServers());
        return client;
    }

    private static void remove(Path tree) {
        try {
            Workplace.remove(tree);
        } catch (IOException e) {
            System.err.println("cannot remove " + tree + ": " + e);
        }
    }
}

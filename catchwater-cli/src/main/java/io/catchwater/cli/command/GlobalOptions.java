package io.catchwater.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every verb takes. */
public final class GlobalOptions {

    private static final String BOOTSTRAP_KEY = "bootstrap.servers";
    private static final String REGISTRY_KEY = "schema.registry.url";

    @Option(
            names = "--bootstrap-servers",
            scope = ScopeType.INHERIT,
            paramLabel = "HOST:PORT,…",
            description = "Kafka brokers, instead of the embedded one.")
    private String bootstrapServers;

    @Option(
            names = "--schema-registry-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Schema registry that goes with --bootstrap-servers.")
    private String schemaRegistryUrl;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Java properties for every Kafka client: TLS, SASL, also the two above by their Kafka names.")
    private Path config;

    @Option(
            names = "--data-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The embedded broker's data. Default: /var/lib/catchwater for root, else"
                    + " ~/.local/share/catchwater (XDG_DATA_HOME).")
    private Path dataDirectory;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "One JSON object a line on standard output.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by its annotation
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            scope = ScopeType.INHERIT,
            versionHelp = true,
            description = "Show the version and end.")
    @SuppressWarnings("UnusedVariable") // likewise
    private boolean version;

    boolean json() {
        return json;
    }

    /** The data directory, absolute; it need not exist. */
    Path dataDirectory(Map<String, String> environment) {
        Path chosen = dataDirectory != null ? dataDirectory : defaultDataDirectory(environment);
        return chosen.toAbsolutePath().normalize();
    }

    private static Path defaultDataDirectory(Map<String, String> environment) {
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/lib/catchwater");
        }
        String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        return xdg.startsWith("/")
                ? Path.of(xdg, "catchwater")
                : Path.of(System.getProperty("user.home"), ".local", "share", "catchwater");
    }

    /**
     * The deployment that the options name.
     *
     * @return empty when they name none: then the embedded broker of the data directory is meant
     * @throws CommandFailure when they name a broker without a registry, or the file cannot be read
     */
    Optional<Deployment> deployment() {
        Map<String, String> properties = clientProperties();
        String bootstrap = bootstrapServers != null ? bootstrapServers : properties.get(BOOTSTRAP_KEY);
        String registry = schemaRegistryUrl != null ? schemaRegistryUrl : properties.get(REGISTRY_KEY);
        if (bootstrap == null && registry == null) {
            return Optional.empty();
        }
        if (bootstrap == null || registry == null) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "--bootstrap-servers and --schema-registry-url belong together: "
                            + (bootstrap == null ? "the first" : "the second") + " is missing");
        }
        properties.remove(BOOTSTRAP_KEY);
        properties.remove(REGISTRY_KEY);
        return Optional.of(new Deployment(bootstrap, registry, properties));
    }

    /**
     * The cluster that the options name, by whatever schema registry it is used.
     *
     * @return empty when they name none
     * @throws CommandFailure when the file cannot be read
     */
    Optional<Deployment> cluster(String registryUrl) {
        Map<String, String> properties = clientProperties();
        String bootstrap = bootstrapServers != null ? bootstrapServers : properties.get(BOOTSTRAP_KEY);
        properties.remove(BOOTSTRAP_KEY);
        properties.remove(REGISTRY_KEY);
        return Optional.ofNullable(bootstrap).map(servers -> new Deployment(servers, registryUrl, properties));
    }

    private Map<String, String> clientProperties() {
        Map<String, String> properties = new HashMap<>();
        if (config == null) {
            return properties;
        }
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(config, UTF_8)) {
            read.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--config " + config + " cannot be read: " + e, e);
        }
        read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        return properties;
    }
}

package io.catchwater.cli.control;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.ConnectException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Says in one line what a Kafka or registry client's exception means for the user. */
public final class KafkaFailures {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private KafkaFailures() {}

    /**
     * A failure for the user, or the exception itself when it is none of a client's.
     *
     * @param deployment that was spoken to
     */
    public static RuntimeException explain(Deployment deployment, Throwable thrown) {
        Throwable cause =
                thrown instanceof ExecutionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof CommandFailure failure) {
            return failure;
        }
        String broker = deployment.bootstrapServers();
        if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
            return failure(ExitStatus.DENIED, "the broker at " + broker + " refuses: " + cause.getMessage(), cause);
        }
        if (isRegistryRefusal(cause)) {
            return failure(
                    ExitStatus.DENIED,
                    "the schema registry at " + deployment.registryUrl() + " refuses: "
                            + innermost(cause).getMessage() + "; check basic.auth.user.info in --config",
                    cause);
        }
        if (isRegistry(cause)) {
            return failure(
                    ExitStatus.FAILED,
                    "the schema registry at " + deployment.registryUrl() + " does not answer as it should: "
                            + innermost(cause).getMessage() + "; check --schema-registry-url",
                    cause);
        }
        if (cause instanceof TimeoutException) {
            return failure(
                    ExitStatus.FAILED,
                    "no broker answers at " + broker + " (" + cause.getMessage()
                            + "); check --bootstrap-servers, and TLS or SASL in --config",
                    cause);
        }
        if (cause instanceof ConfigException || innermost(cause) instanceof ConfigException) {
            return failure(
                    ExitStatus.USAGE,
                    "cannot use the broker settings: " + innermost(cause).getMessage(),
                    cause);
        }
        if (cause instanceof KafkaException) {
            return failure(ExitStatus.FAILED, "the broker at " + broker + ": " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }

    private static boolean isRegistryRefusal(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RestClientException answer
                    && (answer.getStatus() == UNAUTHORIZED || answer.getStatus() == FORBIDDEN)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRegistry(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RestClientException || cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static CommandFailure failure(ExitStatus status, String message, Throwable cause) {
        return new CommandFailure(status, message.lines().findFirst().orElse(message), cause);
    }
}

package io.catchwater.cli.embedded.registry;

import java.util.function.Consumer;

/** The ordered facts a registry is made of. Calls are serialized by the caller. */
interface RegistryLog extends AutoCloseable {
    /**
     * Hands over every record that was not handed over yet, up to the end of the log at the time of the call.
     *
     * @throws RegistryException when the log cannot be read
     */
    void catchUp(Consumer<RegistryRecord> receiver);

    /**
     * Appends a record and returns when it is durable. The next {@link #catchUp} hands it over.
     *
     * @throws RegistryException when it is not known to be durable; it may still be in the log
     */
    void append(RegistryRecord record);

    @Override
    void close();
}

package io.catchwater.sink.replica;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import java.io.IOException;
import java.util.List;

/** Takes operations one after the other, in the stream's order. For one thread. */
public interface OperationReceiver {

    /**
     * Takes one operation.
     *
     * @param partition it came in
     * @param kafkaOffset it has there
     * @throws io.catchwater.sink.SinkException when it is hostile or does not fit
     * @throws IOException when the file system or Kafka fails
     */
    void apply(int partition, long kafkaOffset, Operation operation) throws IOException;

    /** What could not be set since the last call: attributes that the file system or the kernel refused. */
    List<Uncovered> takeUnkept();

    /** Bytes of files that were written. */
    long bytesApplied();

    /** Operations taken. */
    long operationsApplied();
}

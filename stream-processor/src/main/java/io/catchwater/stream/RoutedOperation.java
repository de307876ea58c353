package io.catchwater.stream;

import io.catchwater.schemas.operation.Operation;
import org.apache.kafka.common.serialization.Serializer;

/**
 * An operation on its way to the partition that its event came from.
 *
 * @param partition of both topics
 * @param operation what is sent
 */
record RoutedOperation(int partition, Operation operation) {

    static Serializer<RoutedOperation> serializer(Serializer<Operation> operations) {
        return (topic, routed) -> operations.serialize(topic, routed.operation());
    }
}

package io.catchwater.sink.merge;

import io.catchwater.schemas.Lsn;
import java.io.IOException;

/** A partition gave a lower LSN than before: the stream is not what it has to be. */
public final class DisorderException extends IOException {

    DisorderException(int partition, long kafkaOffset, long lsn, long before) {
        super("LSN " + Lsn.format(lsn) + " at Kafka offset " + kafkaOffset + " of partition " + partition
                + " comes after " + Lsn.format(before));
    }
}

package io.catchwater.bridge;

/**
 * How far a bridge is, at about one moment.
 *
 * @param drainedLsn every change up to this has been sent
 * @param acknowledgedLsn every change up to this is in Kafka
 * @param lagBytes claimed in the ring and not yet sent
 * @param overruns changes that could not be recorded; healed by base copies
 * @param processesSeen programs that began under the hook
 * @param copying true while a copy is open
 * @param copyFilesTotal files that the last base copy, and what has been copied since, knew of
 * @param copyFilesDone of these, in the stream
 * @param copyBytesTotal bytes in those files when they were found
 * @param copyBytesDone bytes of data read and in the stream; holes are none, so it may stay below the total
 * @param copyBytesPerSecond the limit in force for all copies together; -1 is none, 0 stands still
 */
public record BridgeProgress(
        long drainedLsn,
        long acknowledgedLsn,
        long lagBytes,
        long overruns,
        int processesSeen,
        boolean copying,
        long copyFilesTotal,
        long copyFilesDone,
        long copyBytesTotal,
        long copyBytesDone,
        long copyBytesPerSecond) {}

package io.catchwater.bridge.control;

import java.util.concurrent.CompletableFuture;

/** What the bridge does about the commands of its source. Called by the thread that listens; does not wait. */
public interface SourceCommands {

    /**
     * A snapshot is wanted.
     *
     * @param commandId which may come more than once
     * @return completed when the request for its cut, or the reason why there is none, is in the log
     */
    CompletableFuture<?> snapshot(String commandId);

    /**
     * From now on copies keep to a rate.
     *
     * @param bytesPerSecond -1 for no limit, 0 to stand still
     */
    void throttle(long bytesPerSecond);
}

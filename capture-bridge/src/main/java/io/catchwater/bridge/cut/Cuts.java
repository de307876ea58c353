package io.catchwater.bridge.cut;

import java.util.concurrent.CompletableFuture;

/** Where cuts are asked for. Any thread. */
public interface Cuts {

    /** Asks for a cut. Completed with the LSN when the request is in the log. */
    CompletableFuture<Long> request(String commandId);

    /**
     * Says that there will be none.
     *
     * @param reason one line for a reader
     * @return completed with the LSN when that is in the log
     */
    CompletableFuture<Long> refuse(String commandId, String reason);

    /** True while no copy is open: a cut falls where it is asked for. */
    boolean canBeNow();
}

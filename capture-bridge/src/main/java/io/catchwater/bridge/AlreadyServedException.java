package io.catchwater.bridge;

import java.io.IOException;
import java.nio.file.Path;

/** Another bridge of this host serves the source. */
public final class AlreadyServedException extends IOException {
    private static final long serialVersionUID = 1L;

    AlreadyServedException(String source, Path ring) {
        super("another bridge of this host serves source " + source + " (" + ring + "); end it first");
    }
}

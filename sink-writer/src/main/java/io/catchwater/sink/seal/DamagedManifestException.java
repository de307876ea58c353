package io.catchwater.sink.seal;

import java.io.IOException;

/** A manifest is not what was written. */
public final class DamagedManifestException extends IOException {

    DamagedManifestException(String why) {
        super("the manifest is damaged: " + why);
    }
}

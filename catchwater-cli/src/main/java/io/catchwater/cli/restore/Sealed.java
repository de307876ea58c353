package io.catchwater.cli.restore;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.seal.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A sealed directory, compared with its manifest. */
public final class Sealed {

    private Sealed() {}

    /**
     * Compares.
     *
     * @param progress told now and then how many bytes were read
     * @throws CommandFailure when it is not a sealed directory or cannot be read
     */
    public static Verification.Result verify(Path directory, LongConsumer progress) {
        try {
            return Verification.verify(directory, progress);
        } catch (SinkException e) {
            throw SinkFailures.explain(e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read " + directory + ": " + e.getMessage(), e);
        }
    }
}

package io.catchwater.cli.restore;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.seal.Verification;
import java.io.IOException;
import java.nio.file.Path;

/** A sealed directory, compared with its manifest. */
public final class Sealed {

    private Sealed() {}

    /** Compares everything, in silence. */
    public static Verification.Result verify(Path directory) {
        return verify(directory, 1, (files, filesTotal, bytes, bytesTotal) -> {});
    }

    /**
     * Compares.
     *
     * @param share of the files whose bytes are read, above 0 up to 1
     * @param progress told now and then
     * @throws CommandFailure when it is not a sealed directory or cannot be read
     */
    public static Verification.Result verify(Path directory, double share, Verification.Progress progress) {
        try {
            return Verification.verify(directory, share, progress);
        } catch (SinkException e) {
            throw SinkFailures.explain(e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read " + directory + ": " + e.getMessage(), e);
        }
    }
}

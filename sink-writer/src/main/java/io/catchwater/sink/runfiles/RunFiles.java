package io.catchwater.sink.runfiles;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.control.RunFileKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells run files from others. A socket is one wherever it is. A regular file is one when its directory is a server's, its
 * name is that of a run file there, and its content is as the server writes it; anything less is kept.
 */
public final class RunFiles {

    /** Longer ones are none; a lock file of PostgreSQL has the paths of its data and its socket. */
    private static final int BYTES_LIMIT = 64 * 1024;

    /** As much as the number of a process and what may stand around it take. */
    private static final int LOOK_BYTES = 64;

    /** The kernel's PID_MAX_LIMIT. */
    private static final int PROCESS_ID_LIMIT = 4 * 1024 * 1024;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,6}");

    private RunFiles() {}

    /**
     * What kind of run file a name is.
     *
     * @param directory that holds it
     * @param name one component
     * @param status of what it names
     * @return empty when it is none
     */
    public static Optional<RunFileKind> kindOf(Descriptor directory, byte[] name, FileStatus status)
            throws IOException {
        if (status.type() == FileType.SOCKET) {
            return Optional.of(RunFileKind.SOCKET);
        }
        if (status.type() != FileType.REGULAR || status.size() > BYTES_LIMIT) {
            return Optional.empty();
        }
        String text = new String(name, StandardCharsets.ISO_8859_1);
        for (ServerDirectory server : ServerDirectory.ALL) {
            for (ServerDirectory.Rule rule : server.rules()) {
                if (rule.names(text) && server.is(directory) && fits(rule.holds(), directory, name, status.size())) {
                    return Optional.of(rule.kind());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean fits(ServerDirectory.Holds wanted, Descriptor directory, byte[] name, long size)
            throws IOException {
        return switch (wanted) {
            case ANYTHING -> true;
            case PROCESS_ID ->
                size <= LOOK_BYTES && isProcessId(begin(directory, name).strip());
            case PROCESS_ID_FIRST ->
                size == 0 || isProcessId(begin(directory, name).split("\n", 2)[0]);
        };
    }

    private static String begin(Descriptor directory, byte[] name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(LOOK_BYTES);
        try (Descriptor file = Names.open(directory, name, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0)) {
            Content.readFully(file, bytes, 0);
        }
        return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    }

    private static boolean isProcessId(String text) {
        return NUMBER.matcher(text).matches() && Integer.parseInt(text) <= PROCESS_ID_LIMIT;
    }
}

package io.catchwater.sink.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The file that holds a checkpoint. Written beside, synced, renamed, and the directory synced: after a crash there is
 * either the old or the new one.
 */
public final class CheckpointFile {

    private static final byte[] NAME = "checkpoint.json".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = "checkpoint.json.next".getBytes(StandardCharsets.US_ASCII);
    private static final int MODE = 0600;
    private static final long BYTES_LIMIT = 256L << 20;

    private final ObjectMapper json = new ObjectMapper();
    private final Descriptor directory;

    /** @param directory that holds it; stays the caller's */
    public CheckpointFile(Descriptor directory) {
        this.directory = directory;
    }

    /** The checkpoint is on disk when this returns. */
    public void write(Checkpoint checkpoint) throws IOException {
        byte[] bytes = json.writeValueAsBytes(checkpoint);
        ByteBuffer content = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        int flags = OpenFlags.CREATE | OpenFlags.TRUNCATE | OpenFlags.WRITE | OpenFlags.NO_FOLLOW;
        try (Descriptor next = Names.open(directory, NEXT, flags, MODE)) {
            Content.writeFully(next, content, 0);
            Content.sync(next);
        }
        Names.rename(directory, NEXT, directory, NAME);
        Content.sync(directory);
    }

    /**
     * @return empty when there is none
     * @throws SinkException when there is one that cannot be read
     */
    public Optional<Checkpoint> read() throws IOException {
        byte[] bytes;
        try (Descriptor file = Names.open(directory, NAME, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0)) {
            bytes = bytes(file);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            Checkpoint checkpoint = json.readValue(bytes, Checkpoint.class);
            if (checkpoint.formatVersion() != Checkpoint.FORMAT_VERSION) {
                throw damaged("is of version " + checkpoint.formatVersion());
            }
            return Optional.of(checkpoint);
        } catch (JsonProcessingException e) {
            throw damaged("is damaged: " + e.getOriginalMessage());
        }
    }

    private static byte[] bytes(Descriptor file) throws IOException {
        long size = Attributes.status(file).size();
        if (size > BYTES_LIMIT) {
            throw damaged("is too large: " + size + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) size);
        Content.readFully(file, buffer, 0);
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static SinkException damaged(String what) {
        return new SinkException(SinkException.Reason.FAILED, Errno.EIO, "the replica's checkpoint " + what);
    }
}

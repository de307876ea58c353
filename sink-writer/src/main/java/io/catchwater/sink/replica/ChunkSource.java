package io.catchwater.sink.replica;

import io.catchwater.schemas.event.ChunkPart;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of the base copy come from. */
public interface ChunkSource {

    /**
     * The bytes of one part.
     *
     * @param partition of the chunks topic
     * @param file they have to belong to
     * @return exactly the part's length; valid until the next call
     * @throws IOException when the chunk is gone, or is not what the part says
     */
    ByteBuffer read(int partition, FileKey file, ChunkPart part) throws IOException;
}

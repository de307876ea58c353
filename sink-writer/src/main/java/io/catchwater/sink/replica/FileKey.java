package io.catchwater.sink.replica;

import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.event.FileId;
import java.nio.charset.StandardCharsets;

/**
 * A file id as a key.
 *
 * @param device major &lt;&lt; 32 | minor
 * @param inode number on that device
 * @param birthNs nanoseconds since 1970; 0 where unknown
 */
public record FileKey(long device, long inode, long birthNs) {

    public static FileKey of(FileId file) {
        return new FileKey(file.getDevice(), file.getInode(), file.getBirthNs());
    }

    /** True when it says nothing. */
    public boolean isNone() {
        return device == 0 && inode == 0;
    }

    /** Its name in the store. */
    byte[] storeName() {
        return toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return FileIds.text(new FileId(device, inode, birthNs));
    }
}

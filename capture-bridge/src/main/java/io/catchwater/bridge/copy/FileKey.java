package io.catchwater.bridge.copy;

import io.catchwater.schemas.event.FileId;

/** A file id as a key of maps: immutable, and cheaper to compare than Avro's. */
public record FileKey(long device, long inode, long birthNs) {

    /** The key of an id. */
    public static FileKey of(FileId file) {
        return new FileKey(file.getDevice(), file.getInode(), file.getBirthNs());
    }

    /** The id. */
    public FileId file() {
        return new FileId(device, inode, birthNs);
    }
}

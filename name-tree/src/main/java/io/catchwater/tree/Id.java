package io.catchwater.tree;

import io.catchwater.schemas.event.FileId;

/** A file id as a key of maps: immutable, and cheaper to compare than Avro's. */
record Id(long device, long inode, long birthNs) {

    static Id of(FileId file) {
        return new Id(file.getDevice(), file.getInode(), file.getBirthNs());
    }

    FileId file() {
        return new FileId(device, inode, birthNs);
    }
}

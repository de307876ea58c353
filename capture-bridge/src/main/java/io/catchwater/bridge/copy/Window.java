package io.catchwater.bridge.copy;

import io.catchwater.schemas.event.FileId;

/**
 * An open window of a file: what is read between two LSNs.
 *
 * @param id number of the window within the life of the bridge
 * @param copyId the copy that reads
 * @param file what is read
 * @param start first file offset
 * @param end file offset after the last
 * @param bytes most data to read; set aside until the window is closed
 * @param heal true when the file is complete and a range of it is read again
 * @param modifiedNs when it was opened: what changes so far say of the file's modification time
 */
record Window(long id, long copyId, FileId file, long start, long end, long bytes, boolean heal, long modifiedNs) {}

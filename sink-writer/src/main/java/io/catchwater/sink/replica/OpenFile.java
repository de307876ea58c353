package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import java.io.IOException;

/** A regular file of the store that is open for writing, and the modification time that it has to have in the end. */
final class OpenFile implements AutoCloseable {

    private final FileKey file;
    private final Descriptor descriptor;
    private final TouchJournal journal;
    private long modifiedNs;
    private boolean touched;
    private boolean inJournal;

    OpenFile(FileKey file, Descriptor descriptor, TouchJournal journal) throws IOException {
        this.file = file;
        this.descriptor = descriptor;
        this.journal = journal;
        this.modifiedNs = journal.modifiedNs(file, Attributes.status(descriptor).modifiedNs());
    }

    /** To change bytes that are not a change of the source's file: the copy brings them. */
    Descriptor touch() throws IOException {
        if (!inJournal) {
            journal.touch(file, modifiedNs);
            journal.forget(file);
            inJournal = true;
        }
        touched = true;
        return descriptor;
    }

    /** To change bytes as the source's program did at a time. */
    Descriptor touch(long timeNs) throws IOException {
        Descriptor target = touch();
        modifiedNs = timeNs;
        return target;
    }

    long modifiedNs() {
        return modifiedNs;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** The modification time that {@link #settle} will give it. */
    void setModifiedNs(long timeNs) {
        modifiedNs = timeNs;
        touched = true;
    }

    /** Gives the file its modification time. */
    void settle() throws IOException {
        if (touched) {
            Attributes.setModified(descriptor, modifiedNs);
            touched = false;
        }
    }

    /** The journal begins anew. */
    void checkpointed() {
        inJournal = false;
    }

    @Override
    public void close() throws IOException {
        try (descriptor) {
            settle();
        }
    }
}

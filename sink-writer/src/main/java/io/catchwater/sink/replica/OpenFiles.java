package io.catchwater.sink.replica;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files that are open, the least recently used first. At most so many as the limit says. */
final class OpenFiles {

    /** How a file is opened that is not. */
    interface Opening {
        OpenFile open(FileKey file) throws IOException;
    }

    private final LinkedHashMap<FileKey, OpenFile> files = new LinkedHashMap<>(16, 0.75f, true);
    private final int limit;
    private final Opening opening;

    OpenFiles(int limit, Opening opening) {
        this.limit = limit;
        this.opening = opening;
    }

    OpenFile get(FileKey file) throws IOException {
        OpenFile open = files.get(file);
        if (open == null) {
            if (files.size() >= limit) {
                closeEldest();
            }
            open = opening.open(file);
            files.put(file, open);
        }
        return open;
    }

    /** @return null when it is not open */
    OpenFile getIfOpen(FileKey file) {
        return files.get(file);
    }

    void close(FileKey file) throws IOException {
        OpenFile open = files.remove(file);
        if (open != null) {
            open.close();
        }
    }

    void settle() throws IOException {
        for (OpenFile open : files.values()) {
            open.settle();
        }
    }

    void checkpointed() {
        files.values().forEach(OpenFile::checkpointed);
    }

    void closeAll() throws IOException {
        while (!files.isEmpty()) {
            closeEldest();
        }
    }

    private void closeEldest() throws IOException {
        Iterator<Map.Entry<FileKey, OpenFile>> eldest = files.entrySet().iterator();
        OpenFile open = eldest.next().getValue();
        eldest.remove();
        open.close();
    }
}

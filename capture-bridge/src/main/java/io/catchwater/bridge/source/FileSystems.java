package io.catchwater.bridge.source;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.FileHandle;
import io.catchwater.files.LinuxException;
import io.catchwater.files.OpenFlags;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Opens files by their handles. One thread. */
final class FileSystems implements AutoCloseable {

    private final Map<Long, Descriptor> directories = new HashMap<>();

    /**
     * From now on files of the file system that holds a directory can be opened.
     *
     * @return the directory, open
     * @throws LinuxException when that is not possible on this file system, or not permitted
     */
    Descriptor add(Path path) throws LinuxException {
        Descriptor directory = Descriptor.openDirectory(path);
        try {
            FileHandle handle = FileHandle.of(directory);
            handle.open(directory, OpenFlags.PATH).close();
            Descriptor known = directories.putIfAbsent(handle.fileSystem(), directory);
            if (known == null) {
                return directory;
            }
            directory.close();
            return known;
        } catch (LinuxException e) {
            directory.close();
            throw e;
        }
    }

    /** @throws LinuxException ESTALE when the file is gone */
    Descriptor open(FileHandle file, int flags) throws LinuxException {
        Descriptor directory = directories.get(file.fileSystem());
        if (directory == null) {
            throw new LinuxException(Errno.ESTALE, "open_by_handle_at", "");
        }
        return file.open(directory, flags);
    }

    @Override
    public void close() throws LinuxException {
        for (Descriptor directory : directories.values()) {
            directory.close();
        }
    }
}

package io.catchwater.sink.replica;

import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import java.io.IOException;
import java.util.function.Consumer;

/** Removes a name and, of a directory, everything below it. Follows no symlink. */
public final class TreeRemoval {

    private TreeRemoval() {}

    /**
     * @param name one component; nothing happens when it is not there
     * @param each told of every name that is no directory before it goes
     */
    public static void remove(Descriptor directory, byte[] name, Consumer<FileStatus> each) throws IOException {
        FileStatus present = FileStore.statusIfThere(directory, name);
        if (present == null) {
            return;
        }
        if (present.type() != FileType.DIRECTORY) {
            each.accept(present);
            Names.unlink(directory, name);
            return;
        }
        int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
        try (Descriptor inner = Names.open(directory, name, flags, 0)) {
            for (DirectoryReader.Entry entry : DirectoryReader.sorted(inner)) {
                remove(inner, entry.name(), each);
            }
        }
        Names.removeDirectory(directory, name);
    }
}

package io.catchwater.bridge.copy;

import io.catchwater.files.FileType;
import io.catchwater.schemas.event.FileAttributes;

/** Types in st_mode. */
final class FileModes {

    private FileModes() {}

    static boolean isRegular(FileAttributes attributes) {
        return FileType.of(attributes.getMode()) == FileType.REGULAR;
    }

    /** True also when a change did not tell what the file is: the listing to come will. */
    static boolean mayBeRegular(FileAttributes attributes) {
        FileType type = FileType.of(attributes.getMode());
        return type == FileType.REGULAR || type == FileType.UNKNOWN;
    }

    /** True when the type is known, and is not that of a directory. */
    static boolean isNoDirectory(FileAttributes attributes) {
        FileType type = FileType.of(attributes.getMode());
        return type != FileType.DIRECTORY && type != FileType.UNKNOWN;
    }

    static boolean isSymlink(FileAttributes attributes) {
        return FileType.of(attributes.getMode()) == FileType.SYMLINK;
    }
}

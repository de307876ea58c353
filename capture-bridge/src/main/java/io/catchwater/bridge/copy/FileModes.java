package io.catchwater.bridge.copy;

import io.catchwater.files.FileType;
import io.catchwater.schemas.event.FileAttributes;

/** Types in st_mode. */
final class FileModes {

    private FileModes() {}

    static boolean isRegular(FileAttributes attributes) {
        return FileType.of(attributes.getMode()) == FileType.REGULAR;
    }

    static boolean isSymlink(FileAttributes attributes) {
        return FileType.of(attributes.getMode()) == FileType.SYMLINK;
    }
}

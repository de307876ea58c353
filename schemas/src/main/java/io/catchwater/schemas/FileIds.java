package io.catchwater.schemas;

import io.catchwater.schemas.event.FileId;
import java.util.Locale;

/** Text of a file id: the key of its records, and the name of its content beside a replica. */
public final class FileIds {

    private FileIds() {}

    /** Device, inode and birth time in hexadecimal, such as {@code fe00000001-1a2b-17f0c3e2a1b4c5d6}. */
    public static String text(FileId file) {
        return String.format(Locale.ROOT, "%x-%x-%x", file.getDevice(), file.getInode(), file.getBirthNs());
    }

    /** True when the id says nothing: the file is not known. */
    public static boolean isNone(FileId file) {
        return file.getDevice() == 0 && file.getInode() == 0;
    }
}

package io.catchwater.pipeline.oracle;

/** What an operation of the writer does. The numbers are those of {@code enum kind} in writer.h, in the same order. */
public enum Kind {
    CREATE,
    WRITE,
    APPEND,
    TRUNCATE,
    UNLINK,
    RENAME,
    MKDIR,
    RMDIR,
    LINK,
    SYMLINK,
    CHMOD,
    /** Takes a shared name by link(2) if nobody has it; the one who has it gives it back. */
    LOCK,
    /** Takes a shared name by rename(2), replacing what is there. */
    PUT,
    /** Removes a shared name, if it is there: only one thread does. */
    DROP;

    /** @throws IllegalArgumentException when there is no such kind */
    static Kind ofNumber(int number) {
        if (number < 1 || number > values().length) {
            throw new IllegalArgumentException("no kind " + number);
        }
        return values()[number - 1];
    }
}

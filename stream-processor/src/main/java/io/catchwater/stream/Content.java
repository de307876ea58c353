package io.catchwater.stream;

/** How much of a file's content the ordered stream has. */
sealed interface Content {

    /** Nothing: of changes of the file only the time passes, a copy will read what they did. */
    record Unknown() implements Content {}

    /**
     * Nothing, and the copy that was reading the file has ended with it: its further windows do not count.
     *
     * @param copyId the copy
     */
    record GivenUp(long copyId) implements Content {}

    /**
     * All before a file offset.
     *
     * @param copyId the copy that reads the file from its beginning
     * @param progress how far it has come: first file offset that it has not brought
     */
    record Copying(long copyId, long progress) implements Content {}

    /** All. */
    record Complete() implements Content {}

    /** True while the copy with this id reads the file from its beginning. */
    default boolean isCopiedBy(long copyId) {
        return this instanceof Copying copying && copying.copyId() == copyId;
    }

    /** File offset before which every change passes. */
    default long passesBefore() {
        if (this instanceof Copying copying) {
            return copying.progress();
        }
        return this instanceof Complete ? Long.MAX_VALUE : 0;
    }
}

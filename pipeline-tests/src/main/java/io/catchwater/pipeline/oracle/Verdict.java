package io.catchwater.pipeline.oracle;

import java.util.List;

/** What the oracle says of a directory. */
public sealed interface Verdict {

    /**
     * It is the effect of a prefix.
     *
     * @param done the smallest such: how many operations of each thread
     */
    record IsPrefix(List<Integer> done) implements Verdict {}

    /**
     * It is not.
     *
     * @param explanation for a reader: the first contradiction found
     */
    record NoPrefix(String explanation) implements Verdict {}

    default boolean isPrefix() {
        return this instanceof IsPrefix;
    }
}

/**
 * Decides whether a directory is exactly a prefix of what the writer did ({@code src/main/c}): the effect of some
 * operations, all that had returned before them, and nothing else. {@link io.catchwater.pipeline.oracle.PrefixOracle}
 * has the argument.
 */
package io.catchwater.pipeline.oracle;

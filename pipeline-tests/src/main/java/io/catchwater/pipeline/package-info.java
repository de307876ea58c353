/** Whole-pipeline tests: a writer that logs what it did, and the judge of what the backup holds. */
package io.catchwater.pipeline;

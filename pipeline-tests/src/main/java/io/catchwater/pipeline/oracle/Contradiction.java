package io.catchwater.pipeline.oracle;

/** Why a directory is no prefix. */
final class Contradiction extends Exception {

    Contradiction(String message) {
        super(message);
    }
}

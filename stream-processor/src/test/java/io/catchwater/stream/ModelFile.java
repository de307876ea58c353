package io.catchwater.stream;

import java.util.Arrays;

/** A file, byte by byte. */
final class ModelFile {

    private byte[] bytes = new byte[0];

    byte[] bytes() {
        return bytes.clone();
    }

    ModelFile copy() {
        ModelFile copy = new ModelFile();
        copy.bytes = bytes.clone();
        return copy;
    }

    int size() {
        return bytes.length;
    }

    void write(int start, byte[] content) {
        if (content.length > 0) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, start + content.length));
            System.arraycopy(content, 0, bytes, start, content.length);
        }
    }

    void truncate(int size) {
        bytes = Arrays.copyOf(bytes, size);
    }

    /** At most so many bytes; none at the end of the file. */
    byte[] read(int start, int length) {
        int from = Math.min(start, bytes.length);
        return Arrays.copyOfRange(bytes, from, Math.min(from + length, bytes.length));
    }
}

package io.catchwater.bridge.simulation;

import io.catchwater.bridge.copy.FileKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a tree holds after the changes up to some LSN, by paths, without any of the code under test. */
final class Truth {

    private static final FileKey DIRECTORY = new FileKey(-1, -1, -1);

    /** Path to file; directories have no content. */
    private final TreeMap<String, FileKey> names = new TreeMap<>();

    private final Map<FileKey, byte[]> contents = new HashMap<>();

    void directory(String path) {
        names.put(path, DIRECTORY);
    }

    void file(String path, FileKey file, byte[] content) {
        names.put(path, file);
        contents.put(file, content);
    }

    void link(String path, FileKey file) {
        names.put(path, file);
    }

    void remove(String path) {
        names.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
    }

    void rename(String path, String newPath) {
        remove(newPath);
        Map<String, FileKey> moved = new TreeMap<>();
        names.forEach((name, file) -> {
            if (name.equals(path) || name.startsWith(path + "/")) {
                moved.put(newPath + name.substring(path.length()), file);
            }
        });
        remove(path);
        names.putAll(moved);
    }

    void write(FileKey file, long fileOffset, byte[] bytes) {
        byte[] content = contents.getOrDefault(file, new byte[0]);
        int end = (int) fileOffset + bytes.length;
        content = content.length < end ? Arrays.copyOf(content, end) : content.clone();
        System.arraycopy(bytes, 0, content, (int) fileOffset, bytes.length);
        contents.put(file, content);
    }

    void truncate(FileKey file, long size) {
        contents.put(file, Arrays.copyOf(contents.getOrDefault(file, new byte[0]), (int) size));
    }

    /** Path to content, directories to null. */
    Map<String, byte[]> tree() {
        Map<String, byte[]> tree = new TreeMap<>();
        names.forEach((path, file) -> tree.put(path, file.equals(DIRECTORY) ? null : contents.get(file)));
        return tree;
    }
}

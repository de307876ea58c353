package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Which name in which directory names what: a register for each (directory id, name), and the same backwards. */
final class Names {

    private static final int TYPE_BITS = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;
    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Map<Id, TreeMap<Name, Id>> directories = new HashMap<>();
    private final Map<Id, Node> nodes = new HashMap<>();

    /** What is known of a file apart from its names, and its names. */
    static final class Node {
        private FileAttributes attributes;
        private ByteBuffer target = NO_TARGET;
        private final Set<Slot> slots = new LinkedHashSet<>(2);

        FileAttributes attributes() {
            return attributes;
        }

        ByteBuffer target() {
            return isSymlink(attributes) ? target.asReadOnlyBuffer() : NO_TARGET;
        }
    }

    static boolean isDirectory(FileAttributes attributes) {
        return (attributes.getMode() & TYPE_BITS) == DIRECTORY;
    }

    private static boolean isSymlink(FileAttributes attributes) {
        return (attributes.getMode() & TYPE_BITS) == SYMLINK;
    }

    /** What a slot names, or null. */
    Id at(Slot slot) {
        TreeMap<Name, Id> names = directories.get(slot.directory());
        return names == null ? null : names.get(slot.name());
    }

    /** Null where nothing is known of the file. */
    Node node(Id file) {
        return nodes.get(file);
    }

    Map<Name, Id> children(Id directory) {
        return Collections.unmodifiableMap(directories.getOrDefault(directory, new TreeMap<>()));
    }

    Set<Slot> slots(Id file) {
        Node node = nodes.get(file);
        return node == null ? Set.of() : node.slots;
    }

    /** The attributes are these now; what they do not tell is as it was. */
    void describe(Id file, FileAttributes attributes) {
        Node node = nodes.computeIfAbsent(file, f -> new Node());
        node.attributes = node.attributes == null ? attributes : Extended.told(attributes, node.attributes);
    }

    /** All that is known of a file. */
    void describe(Id file, FileAttributes attributes, ByteBuffer target) {
        Node node = nodes.computeIfAbsent(file, f -> new Node());
        node.attributes = attributes;
        node.target = target;
    }

    /** What is known was not modified before this time. Nothing happens when the file is not known. */
    void touch(Id file, long timeNs) {
        Node node = nodes.get(file);
        if (node != null && node.attributes.getModifiedNs() < timeNs) {
            node.attributes = FileAttributes.newBuilder(node.attributes)
                    .setModifiedNs(timeNs)
                    .build();
        }
    }

    /** Makes a slot name a file that is {@linkplain #describe described}; what it named before loses this name. */
    void set(Slot slot, Id file) {
        clear(slot);
        directories.computeIfAbsent(slot.directory(), d -> new TreeMap<>()).put(slot.name(), file);
        nodes.get(file).slots.add(slot);
    }

    /** Takes a name away; what it named stays known. */
    void clear(Slot slot) {
        TreeMap<Name, Id> names = directories.get(slot.directory());
        Id file = names == null ? null : names.remove(slot.name());
        if (file != null) {
            nodes.get(file).slots.remove(slot);
            if (names.isEmpty()) {
                directories.remove(slot.directory());
            }
        }
    }

    /** Takes all names in a directory away. */
    void empty(Id directory) {
        TreeMap<Name, Id> names = directories.remove(directory);
        if (names != null) {
            names.forEach((name, file) -> nodes.get(file).slots.remove(new Slot(directory, name)));
        }
    }

    /** Forgets a file without names. */
    void forget(Id file) {
        nodes.remove(file);
    }

    /** Every name below a directory, parents before what they hold, siblings by bytes. */
    void forEachBelow(Id top, BiConsumer<Slot, Id> visitor) {
        Deque<Id> waiting = new ArrayDeque<>();
        Set<Id> entered = new HashSet<>();
        waiting.add(top);
        entered.add(top);
        while (!waiting.isEmpty()) {
            Id directory = waiting.remove();
            children(directory).forEach((name, file) -> {
                visitor.accept(new Slot(directory, name), file);
                if (isDirectory(nodes.get(file).attributes) && entered.add(file)) {
                    waiting.add(file);
                }
            });
        }
    }
}

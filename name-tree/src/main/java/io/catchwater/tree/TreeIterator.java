package io.catchwater.tree;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Every name of a tree: parents before what they hold, names of one directory by their bytes. */
final class TreeIterator implements Iterator<NamedFile> {

    private record Directory(Id id, TreePath path) {}

    private final Names names;
    private final Deque<Directory> waiting = new ArrayDeque<>();
    private final Set<Id> entered = new HashSet<>();
    private TreePath path = TreePath.ROOT;
    private Iterator<Map.Entry<Name, Id>> children = Collections.emptyIterator();

    TreeIterator(Id root, Names names) {
        this.names = names;
        enter(root, TreePath.ROOT);
    }

    private void enter(Id directory, TreePath at) {
        if (entered.add(directory)) {
            waiting.add(new Directory(directory, at));
        }
    }

    @Override
    public boolean hasNext() {
        while (!children.hasNext() && !waiting.isEmpty()) {
            Directory directory = waiting.remove();
            path = directory.path();
            children = names.children(directory.id()).entrySet().iterator();
        }
        return children.hasNext();
    }

    @Override
    public NamedFile next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map.Entry<Name, Id> child = children.next();
        Names.Node node = names.node(child.getValue());
        TreePath at = path.resolve(child.getKey());
        if (Names.isDirectory(node.attributes())) {
            enter(child.getValue(), at);
        }
        return new NamedFile(at, child.getValue().file(), node.attributes(), node.target());
    }
}

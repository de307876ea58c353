package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The names and files that one thread owns, as its operations so far have left them. */
final class OwnedTree {

    /** What a name stands for. */
    sealed interface Entry {}

    record Folder(int mode) implements Entry {}

    record Link(String target) implements Entry {}

    record Named(ModelFile file) implements Entry {}

    final TreeMap<String, Entry> names = new TreeMap<>();
    private final Map<Integer, ModelFile> files = new HashMap<>();
    private final int thread;

    OwnedTree(Layout layout, int thread) {
        this.thread = thread;
        layout.directories().forEach((path, mode) -> {
            if (Names.threadOf(path) == thread) {
                names.put(path, new Folder(mode));
            }
        });
        layout.symlinks().forEach((path, target) -> {
            if (Names.threadOf(path) == thread) {
                names.put(path, new Link(target));
            }
        });
        for (PreparedFile prepared : layout.files()) {
            if (prepared.owner() == thread) {
                ModelFile file = new ModelFile(prepared.number(), prepared.isShared(), prepared.mode());
                file.write(0, prepared.size(), prepared.id());
                add(prepared.path(), file);
                files.put(file.number, file);
            }
        }
    }

    /** Executes an operation of this thread, and returns the paths whose comparison may come out otherwise now. */
    List<String> apply(Op op) {
        if (op.thread() != thread) {
            throw new IllegalArgumentException(op + " is not of thread " + thread);
        }
        return op.hasEffect() ? execute(op) : List.of();
    }

    private List<String> execute(Op op) {
        switch (op.kind()) {
            case CREATE -> {
                ModelFile file = new ModelFile(op.file(), false, op.mode());
                files.put(op.file(), file);
                add(op.path(), file);
                return List.of(op.path());
            }
            case WRITE, TRUNCATE -> {
                return changeContent(op);
            }
            case APPEND, DROP -> {
                return List.of();
            }
            case UNLINK, PUT -> {
                return remove(op.path());
            }
            case RENAME -> {
                return rename(op.path(), op.newPath());
            }
            case MKDIR -> {
                names.put(op.path(), new Folder(op.mode()));
                return List.of(op.path());
            }
            case RMDIR -> {
                names.remove(op.path());
                return List.of(op.path());
            }
            case LINK, LOCK -> {
                ModelFile file = file(op);
                add(op.newPath(), file);
                return List.copyOf(file.names);
            }
            case SYMLINK -> {
                names.put(op.path(), new Link(op.newPath()));
                return List.of(op.path());
            }
            case CHMOD -> {
                ModelFile file = file(op);
                file.mode = op.mode();
                return List.copyOf(file.names);
            }
        }
        throw new IllegalStateException("unreachable: " + op);
    }

    private List<String> changeContent(Op op) {
        ModelFile file = files.get(op.file());
        if (file == null || file.shared) {
            return List.of();
        }
        if (op.kind() == Kind.WRITE) {
            file.write(op.offset(), op.limit(), op.id());
        } else {
            file.truncate(op.length());
        }
        return List.copyOf(file.names);
    }

    private ModelFile file(Op op) {
        if (names.get(op.path()) instanceof Named named) {
            return named.file();
        }
        throw new IllegalStateException(op + ": the log names a file that its own thread did not make");
    }

    private void add(String path, ModelFile file) {
        names.put(path, new Named(file));
        file.names.add(path);
    }

    private List<String> remove(String path) {
        List<String> touched = new ArrayList<>(List.of(path));
        if (names.remove(path) instanceof Named named) {
            named.file().names.remove(path);
            touched.addAll(named.file().names);
        }
        return touched;
    }

    private List<String> rename(String path, String newPath) {
        List<String> touched = remove(newPath);
        Map<String, Entry> moved = new TreeMap<>(names.subMap(path + "/", path + "0"));
        if (names.containsKey(path)) {
            moved.put(path, names.get(path));
        }
        moved.keySet().forEach(old -> touched.addAll(remove(old)));
        moved.forEach((old, entry) -> {
            String target = newPath + old.substring(path.length());
            names.put(target, entry);
            if (entry instanceof Named named) {
                named.file().names.add(target);
                touched.addAll(named.file().names);
            }
            touched.add(target);
        });
        return touched;
    }
}

package io.catchwater.pipeline.oracle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Thinks of operations as a thread of the writer would. */
final class SimulatedThread {

    private static final int CELL = Cells.BYTES;

    private static final class Own {
        final int number;
        final List<String> names = new ArrayList<>();

        Own(int number, String name) {
            this.number = number;
            names.add(name);
        }
    }

    private final Layout layout;
    private final int thread;
    private final Random random;
    private final boolean sharedOnly;
    private final Deque<Op> planned = new ArrayDeque<>();
    private final List<Own> files = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();
    private int counter;
    private int index;
    private String lockName;
    private String lockTried;
    private String lockFile;

    SimulatedThread(Layout layout, int thread, Random random, boolean sharedOnly) {
        this.layout = layout;
        this.thread = thread;
        this.random = random;
        this.sharedOnly = sharedOnly;
    }

    private Op op(Kind kind, int file, int mode, long offset, long length, String path, String newPath) {
        return new Op(thread, 0, kind, 0, Op.NEVER, 0, file, mode, offset, length, path, newPath, "");
    }

    private Op names(Kind kind, String path, String newPath) {
        return op(kind, 0, kind == Kind.MKDIR ? 0755 : 0, 0, 0, path, newPath);
    }

    /** The next operation, without marks. */
    Op next() {
        if (lockTried != null) {
            planned.add(names(Kind.UNLINK, lockFile, ""));
            lockTried = null;
        }
        while (planned.isEmpty()) {
            if (sharedOnly || random.nextBoolean()) {
                planShared();
            } else {
                planOwn();
            }
        }
        Op op = planned.poll();
        return new Op(
                thread,
                index++,
                op.kind(),
                0,
                Op.NEVER,
                0,
                op.file(),
                op.mode(),
                op.offset(),
                op.length(),
                op.path(),
                op.newPath(),
                "");
    }

    /** Tells how the last operation went. */
    void result(Op op, int error) {
        if (op.kind() == Kind.LOCK) {
            if (error == 0) {
                lockName = op.newPath();
            } else {
                lockTried = op.newPath();
            }
        }
    }

    private String newPath() {
        String name = "f" + counter++;
        int where = random.nextInt(folders.size() + 2);
        return where == 0
                ? "common/t0" + thread + "-" + name
                : (where == 1 ? "t0" + thread : folders.get(where - 2)) + "/" + name;
    }

    private int cells(int below) {
        return CELL * random.nextInt(below);
    }

    private void planShared() {
        switch (random.nextInt(sharedOnly ? 7 : 9)) {
            case 0, 1 -> planCells(2);
            case 2 -> planCells(3);
            case 3 -> {
                if (layout.shared(3).owner() == thread) {
                    planned.add(op(Kind.TRUNCATE, 3, 0, 0, CELL + cells(8), "", ""));
                } else {
                    planCells(3);
                }
            }
            case 4 -> planned.add(op(Kind.APPEND, 4, 0, 0, CELL + cells(3), "", ""));
            case 5 -> planLane();
            case 6 -> planDrop();
            case 7 -> planPut();
            default -> planLock();
        }
    }

    private void planCells(int file) {
        long start = cells(7) + (long) CELL;
        long limit = layout.shared(file).size();
        long length = Math.min(limit - start, CELL + cells(5));
        planned.add(op(Kind.WRITE, file, 0, start, length, "", ""));
    }

    private void planLane() {
        planned.add(op(Kind.WRITE, 1, 0, CELL * (1 + 2L * thread + random.nextInt(2)), CELL, "", ""));
    }

    private void planDrop() {
        if (layout.names().get("shared/n0") == thread) {
            planned.add(names(Kind.DROP, "shared/n0", ""));
        }
    }

    private String planFile() {
        int number = (thread + 1) << 20 | ++counter;
        String path = newPath();
        planned.add(op(Kind.CREATE, number, 0644, 0, 0, path, ""));
        planned.add(op(Kind.WRITE, number, 0, 0, CELL + cells(3), "", ""));
        return path;
    }

    private void planPut() {
        String path = planFile();
        planned.add(op(Kind.PUT, (thread + 1) << 20 | (counter - 1), 0, 0, 0, path, "shared/n0"));
    }

    private void planLock() {
        if (lockName == null) {
            lockFile = planFile();
            planned.add(op(Kind.LOCK, (thread + 1) << 20 | (counter - 1), 0, 0, 0, lockFile, "shared/e0"));
        } else {
            planned.add(
                    random.nextBoolean() ? names(Kind.UNLINK, lockName, "") : names(Kind.RENAME, lockName, newPath()));
            lockName = null;
        }
    }

    private void planOwn() {
        int choice = random.nextInt(11);
        Own own = files.isEmpty() ? null : files.get(random.nextInt(files.size()));
        if (choice == 0 || own == null) {
            Own made = new Own((thread + 1) << 20 | ++counter, newPath());
            files.add(made);
            planned.add(op(Kind.CREATE, made.number, 0600, 0, 0, made.names.get(0), ""));
        } else if (choice < 4) {
            planned.add(op(Kind.WRITE, own.number, 0, random.nextInt(100), 1 + random.nextInt(60), "", ""));
        } else if (choice == 4) {
            planned.add(op(Kind.TRUNCATE, own.number, 0, 0, random.nextInt(120), "", ""));
        } else if (choice == 5) {
            planned.add(op(Kind.CHMOD, 0, random.nextBoolean() ? 0640 : 0604, 0, 0, own.names.get(0), ""));
        } else if (choice == 6) {
            planRename(own);
        } else if (choice == 7) {
            String name = newPath();
            planned.add(names(Kind.LINK, own.names.get(0), name));
            own.names.add(name);
        } else if (choice == 8) {
            planned.add(names(Kind.UNLINK, own.names.remove(0), ""));
            if (own.names.isEmpty()) {
                planned.add(op(Kind.WRITE, own.number, 0, 3, 9, "", ""));
                files.remove(own);
            }
        } else if (choice == 9) {
            planFolder();
        } else {
            planned.add(names(Kind.SYMLINK, newPath(), "some/where"));
        }
    }

    private void planRename(Own own) {
        Own other = files.get(random.nextInt(files.size()));
        String target = newPath();
        if (!other.equals(own) && other.names.size() == 1) {
            target = other.names.get(0);
            files.remove(other);
        }
        planned.add(names(Kind.RENAME, own.names.get(0), target));
        own.names.set(0, target);
    }

    private void planFolder() {
        if (folders.size() < 2) {
            folders.add("t0" + thread + "/d" + counter++);
            planned.add(names(Kind.MKDIR, folders.get(folders.size() - 1), ""));
            return;
        }
        String old = folders.remove(0);
        String renamed = folders.get(0) + "/d" + counter++;
        if (lockFile != null && lockFile.startsWith(old + "/")) {
            lockFile = renamed + lockFile.substring(old.length());
        }
        if (folders.get(0).startsWith(old + "/")) {
            folders.add(old);
            return;
        }
        folders.add(renamed);
        planned.add(names(Kind.RENAME, old, renamed));
        for (Own own : files) {
            own.names.replaceAll(name -> name.startsWith(old + "/") ? renamed + name.substring(old.length()) : name);
        }
    }
}

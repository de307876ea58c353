package io.catchwater.sink.seal;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.Names;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.runfiles.RunFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the run files of a tree, on a walk that somebody else needs. For one thread. */
public final class RunFileSearch {

    private static final int WRITE_AND_SEARCH = 0300;

    private final List<RunFile> found = new ArrayList<>();

    /** Those that were passed over so far, in the order of the walk. */
    public List<RunFile> found() {
        return List.copyOf(found);
    }

    /** A visitor that keeps run files from another one. */
    public TreeWalk.Visitor keepingFrom(TreeWalk.Visitor other) {
        return new TreeWalk.Visitor() {
            @Override
            public void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException {
                other.enter(path, directory, status);
            }

            @Override
            public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
                if (!take(path, parent, name, status)) {
                    other.visit(path, parent, name, status);
                }
            }

            @Override
            public void leave(TreePath path, Descriptor directory, FileStatus status) throws IOException {
                other.leave(path, directory, status);
            }
        };
    }

    private boolean take(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
        Optional<RunFileKind> kind = RunFiles.kindOf(parent, name, status);
        kind.ifPresent(each -> found.add(new RunFile(path, each)));
        return kind.isPresent();
    }

    /** All run files of a tree, which may change meanwhile. */
    public static List<RunFile> in(Descriptor root) throws IOException {
        RunFileSearch search = new RunFileSearch();
        TreeSize.of(root, path -> true, search);
        return search.found();
    }

    /**
     * Removes the run files of a tree that nobody else uses; its directories keep their modification times.
     *
     * @return what was removed
     */
    public static List<RunFile> removeFrom(Descriptor root) throws IOException {
        RunFileSearch search = new RunFileSearch();
        TreeWalk.walk(root, search.new Removal());
        return search.found();
    }

    private final class Removal implements TreeWalk.Visitor {

        @Override
        public void enter(TreePath path, Descriptor directory, FileStatus status) {}

        @Override
        public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
            if (take(path, parent, name, status)) {
                remove(parent, name);
            }
        }

        /** Also from a directory that its owner may not write to. */
        private static void remove(Descriptor directory, byte[] name) throws IOException {
            FileStatus status = Attributes.status(directory);
            Attributes.setMode(directory, status.mode() | WRITE_AND_SEARCH);
            Names.unlink(directory, name);
            Attributes.setMode(directory, status.mode());
            Attributes.setModified(directory, status.modifiedNs());
        }

        @Override
        public void leave(TreePath path, Descriptor directory, FileStatus status) {}
    }
}

package io.catchwater.sink.runfiles;

import io.catchwater.schemas.control.LeftOut;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.sink.replica.TreePath;

/** A name that tells of a running server. */
public record RunFile(TreePath path, RunFileKind kind) {

    /** As status records name it. */
    public LeftOut asLeftOut() {
        return new LeftOut(path.toString(), kind);
    }
}

package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.Register.Seen;
import io.catchwater.pipeline.oracle.Register.SeenEmpty;
import io.catchwater.pipeline.oracle.Register.SeenWritten;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A name that all threads take by renaming a finished file to it; the owner may remove it. Nobody has it at first. */
final class SharedName {

    private final String path;
    private final Register register;
    private final Map<Integer, Op> puts = new HashMap<>();

    SharedName(History history, String path) {
        this.path = path;
        this.register = new Register(path, true);
        for (List<Op> ops : history.threads()) {
            for (Op op : ops) {
                if (op.kind() == Kind.PUT && op.newPath().equals(path)) {
                    register.addWrite(op, 0, 1);
                    puts.put(op.file(), op);
                } else if (op.kind() == Kind.DROP && op.path().equals(path)) {
                    /* One that found nothing to remove leaves nothing too. */
                    register.addReset(op, 0);
                }
            }
        }
        register.seal();
    }

    /** What one directory has at this name. */
    final class Found implements Judged {
        private final Seen seen;

        /**
         * @param file null for nothing
         * @param writer the operation that wrote its beginning
         * @param mode that the file was created with
         * @throws Contradiction when it is no file that was ever put there
         */
        Found(RegularFile file, Op writer, int mode) throws Contradiction {
            if (file == null) {
                seen = new SeenEmpty(0, 1);
                return;
            }
            Op put = puts.get(writer.file());
            if (put == null || !put.hasEffect()) {
                throw new Contradiction(path + ": found the file of " + writer + ", which was never put there");
            }
            long size = file.content().capacity();
            long differs = Cells.differs(file.content(), 0, Math.min(size, writer.length()), writer.id());
            if (size != writer.length() || differs != Cells.SAME || mode != file.mode()) {
                throw new Contradiction(
                        path + ": expected what " + writer + " wrote, mode " + Integer.toOctalString(mode) + ", found "
                                + file + (differs == Cells.SAME ? "" : ", different at offset " + differs));
            }
            seen = new SeenWritten(0, 1, put);
        }

        @Override
        public void requireSeen(Prefix prefix) throws Contradiction {
            if (seen instanceof SeenWritten written) {
                prefix.require(written.writer(), "its file is at " + path);
            }
        }

        @Override
        public void check(Prefix prefix) throws Contradiction {
            register.check(List.of(seen), prefix);
        }

        @Override
        public Op mayChangeWith(Prefix prefix) {
            return register.nextReset(prefix);
        }
    }
}

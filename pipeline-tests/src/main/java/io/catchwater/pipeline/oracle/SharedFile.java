package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import io.catchwater.pipeline.oracle.Layout.Role;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.Register.Change;
import io.catchwater.pipeline.oracle.Register.Seen;
import io.catchwater.pipeline.oracle.Register.SeenEmpty;
import io.catchwater.pipeline.oracle.Register.SeenUntouched;
import io.catchwater.pipeline.oracle.Register.SeenWritten;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A file that all threads write in whole cells, within the size it had at first; the owner may cut it off. */
final class SharedFile {

    private final History history;
    private final PreparedFile file;
    private final Register register;

    SharedFile(History history, PreparedFile file) {
        this.history = history;
        this.file = file;
        this.register = new Register(file.path(), false);
        for (List<Op> ops : history.threads()) {
            for (Op op : ops) {
                if (op.file() == file.number() && op.hasEffect()) {
                    add(op);
                }
            }
        }
        register.seal();
    }

    private void add(Op op) {
        if (op.kind() == Kind.WRITE) {
            register.addWrite(op, op.offset(), op.limit());
        } else if (op.kind() == Kind.TRUNCATE && op.thread() == file.owner() && file.role() == Role.CUT) {
            register.addReset(op, op.length());
        } else {
            throw new IllegalStateException(op + ": not to be done to " + file.path());
        }
    }

    /** What one directory has of this file. */
    final class Found implements Judged {
        private final long size;
        private final List<Seen> seen = new ArrayList<>();

        /** @throws Contradiction when there are bytes that nobody wrote there */
        Found(RegularFile regular) throws Contradiction {
            this.size = regular.content().capacity();
            if (size % Cells.BYTES != 0 || size > file.size()) {
                throw new Contradiction(file.path() + ": no operation gives it " + size + " bytes");
            }
            ByteBuffer content = regular.content();
            long start = 0;
            while (start < size) {
                long id = content.getLong((int) start);
                long end = start;
                while (end < size && content.getLong((int) end) == id) {
                    requireCell(content.getLong((int) end + 8), id, end);
                    end += Cells.BYTES;
                }
                seen.add(run(start, end, id));
                start = end;
            }
            if (size < file.size()) {
                seen.add(new SeenEmpty(size, file.size()));
            }
        }

        private void requireCell(long offset, long id, long at) throws Contradiction {
            if (offset != (id == 0 ? 0 : at)) {
                throw new Contradiction(String.format(
                        "%s [%d, %d): found a torn or misplaced cell: operation %x, offset %d",
                        file.path(), at, at + Cells.BYTES, id, offset));
            }
        }

        private Seen run(long start, long end, long id) throws Contradiction {
            if (id == 0) {
                return new SeenEmpty(start, end);
            }
            if (id == file.id()) {
                return new SeenUntouched(start, end);
            }
            Op op = history.find(id);
            if (op == null
                    || op.kind() != Kind.WRITE
                    || op.file() != file.number()
                    || op.offset() > start
                    || op.limit() < end) {
                throw new Contradiction(String.format(
                        "%s [%d, %d): found bytes of operation %x, which did not write there: %s",
                        file.path(), start, end, id, op));
            }
            return new SeenWritten(start, end, op);
        }

        @Override
        public void requireSeen(Prefix prefix) throws Contradiction {
            for (Seen run : seen) {
                if (run instanceof SeenWritten written) {
                    prefix.require(
                            written.writer(),
                            "its bytes are in " + file.path() + " [" + run.start() + ", " + run.end() + ")");
                }
            }
        }

        @Override
        public void check(Prefix prefix) throws Contradiction {
            requireSize(register.lastReset(prefix));
            register.check(seen, prefix);
        }

        /** Longer than the last truncation made it: then a write did that, which is in the last cell or was overwritten there. */
        private void requireSize(Change last) throws Contradiction {
            long least = last == null ? file.size() : last.start();
            boolean extended = size > 0 && !(seenAt(size - Cells.BYTES) instanceof SeenEmpty);
            if (size < least || (size > least && !extended)) {
                throw new Contradiction(file.path() + ": found " + size + " bytes, expected " + least + ", from "
                        + (last == null ? "the beginning" : last.op()));
            }
        }

        private Seen seenAt(long cell) {
            return seen.stream()
                    .filter(run -> run.start() <= cell && cell < run.end())
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public Op mayChangeWith(Prefix prefix) {
            return register.nextReset(prefix);
        }
    }
}

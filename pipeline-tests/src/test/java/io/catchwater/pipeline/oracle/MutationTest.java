package io.catchwater.pipeline.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways in which a backup goes wrong, one by one: each has to be found, and each is preceded by its right counterpart. */
final class MutationTest {

    private static final int LOG = 4;
    private static final int CUT = 3;
    private static final int MIXED = 2;

    private final List<List<Op>> threads = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    private long mark;

    private Op add(int thread, Kind kind, int file, long offset, long length, String path, String newPath) {
        Op op = begin(thread, kind, file, offset, length, path, newPath);
        return end(op);
    }

    private Op begin(int thread, Kind kind, int file, long offset, long length, String path, String newPath) {
        List<Op> own = threads.get(thread);
        int mode = kind == Kind.CREATE ? 0644 : 0;
        Op op = new Op(
                thread, own.size(), kind, ++mark, Op.NEVER, 0, file, mode, offset, length, path, newPath, kind.name());
        own.add(op);
        return op;
    }

    private Op end(Op op) {
        Op ended = new Op(
                op.thread(),
                op.index(),
                op.kind(),
                op.begin(),
                ++mark,
                0,
                op.file(),
                op.mode(),
                op.offset(),
                op.length(),
                op.path(),
                op.newPath(),
                op.call());
        threads.get(op.thread()).set(op.index(), ended);
        return ended;
    }

    private Op write(int thread, int file, long offset, long length) {
        return add(thread, Kind.WRITE, file, offset, length, "", "");
    }

    private Verdict judge(Op... executed) {
        return judge(PrefixOracle.UNBOUNDED, executed);
    }

    private Verdict judge(Bounds bounds, Op... executed) {
        Machine machine = new Machine(Simulation.layout());
        for (Op op : executed) {
            machine.execute(op);
        }
        return new PrefixOracle(new History(Simulation.layout(), threads)).check(machine.look(), bounds);
    }

    private static void assertRight(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.IsPrefix.class);
    }

    private static void assertWrong(Verdict verdict, String... said) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.NoPrefix.class,
                        no -> assertThat(no.explanation()).contains(said));
    }

    @Test
    void droppedOperation() {
        Op first = write(0, MIXED, 32, 16);
        Op second = write(1, MIXED, 64, 16);
        assertRight(judge(first, second));
        assertRight(judge(first));
        assertWrong(judge(second), first.toString(), "what was there before everything");
    }

    @Test
    void staleCell() {
        Op first = write(0, MIXED, 32, 32);
        Op second = write(1, MIXED, 32, 16);
        Op third = write(2, MIXED, 96, 16);
        assertRight(judge(first, second, third));
        assertWrong(judge(first, third), "data/mixed0 [32, 64)", first.toString(), second.toString());
    }

    @Test
    void tornOperation() {
        Op whole = write(0, MIXED, 32, 64);
        Op half = new Op(0, 0, Kind.WRITE, 1, 2, 0, MIXED, 0, 32, 32, "", "", "");
        assertRight(judge(whole));
        assertWrong(judge(half), "data/mixed0 [64, 128)", "what was there before everything", whole.toString());
    }

    @Test
    void tornOperationOfOneThreadsOwn() {
        Op whole = write(0, 5, 3, 300);
        Op half = new Op(0, 0, Kind.WRITE, 1, 2, 0, 5, 0, 3, 100, "", "", "");
        assertRight(judge(whole));
        assertWrong(judge(half), "t00/p", "found 103");
    }

    @Test
    void lostRename() {
        Op rename = add(0, Kind.RENAME, 0, 0, 0, "t00/p", "common/t00-p");
        Op later = write(1, MIXED, 32, 16);
        assertRight(judge(rename, later));
        assertRight(judge(rename));
        assertWrong(judge(later), "thread 0", rename.toString());
    }

    @Test
    void renamedAndStillThere() {
        Op rename = add(0, Kind.RENAME, 0, 0, 0, "t00/p", "common/t00-p");
        assertRight(judge(rename));
        Op link = new Op(0, 0, Kind.LINK, 1, 2, 0, 0, 0, 0, 0, "t00/p", "common/t00-p", "");
        assertWrong(judge(link), "t00/p");
    }

    @Test
    void missingPredecessor() {
        Op first = add(0, Kind.APPEND, LOG, 0, 32, "", "");
        Op second = add(1, Kind.CREATE, 1 << 21, 0, 0, "t01/x", "");
        assertRight(judge(first, second));
        assertWrong(judge(second), "data/log0", first.toString(), second.toString());
    }

    @Test
    void returnedBeforeTheSnapshotWasAskedFor() {
        Op write = write(0, MIXED, 32, 16);
        assertRight(judge());
        assertWrong(judge(new Bounds(mark + 1, Long.MAX_VALUE)), write.toString());
    }

    @Test
    void begunAfterTheSnapshotWasComplete() {
        Op write = write(0, MIXED, 32, 16);
        assertRight(judge(write));
        assertWrong(judge(new Bounds(0, write.begin() - 1), write), "had begun at mark");
    }

    @Test
    void tailKeptAfterTruncate() {
        Op cut = add(2, Kind.TRUNCATE, CUT, 0, 48, "", "");
        Op later = write(1, MIXED, 32, 16);
        assertRight(judge(cut, later));
        assertWrong(judge(later), "data/cut0", cut.toString());
    }

    @Test
    void tailComesBackAfterTruncateAndGrowth() {
        Op before = write(0, CUT, 96, 32);
        Op cut = add(2, Kind.TRUNCATE, CUT, 0, 48, "", "");
        Op grown = add(2, Kind.TRUNCATE, CUT, 0, 128, "", "");
        assertRight(judge(before, cut, grown));
        Op marker = write(2, MIXED, 32, 16);
        assertWrong(judge(before, marker), "data/cut0", cut.toString());
        assertWrong(judge(cut, before, grown, marker), before.toString(), "began later");
    }

    @Test
    void lostTruncateOfOneThreadsOwn() {
        Op cut = add(0, Kind.TRUNCATE, 5, 0, 0, "", "");
        Op later = write(1, MIXED, 32, 16);
        assertRight(judge(cut, later));
        assertWrong(judge(later), "t00/p", "expected 0 bytes, found 21");
    }

    @Test
    void swappedOverlappingOperations() {
        Op first = write(0, MIXED, 32, 48);
        Op second = write(1, MIXED, 48, 48);
        assertRight(judge(first, second));
        assertWrong(judge(second, first), first.toString(), second.toString(), "began later");
    }

    @Test
    void concurrentOverlappingOperationsInEitherOrderButNotBoth() {
        Op first = begin(0, Kind.WRITE, MIXED, 32, 48, "", "");
        Op second = begin(1, Kind.WRITE, MIXED, 48, 48, "", "");
        first = end(first);
        second = end(second);
        assertRight(judge(first, second));
        assertRight(judge(second, first));
        Op part = new Op(0, 0, Kind.WRITE, 1, 3, 0, MIXED, 0, 48, 16, "", "", "");
        assertWrong(judge(first, second, part), "no order", first.toString(), second.toString());
    }

    @Test
    void appendsOutOfOrderOrTwice() {
        Op first = add(0, Kind.APPEND, LOG, 0, 32, "", "");
        Op second = add(1, Kind.APPEND, LOG, 0, 48, "", "");
        assertRight(judge(first, second));
        assertWrong(judge(second, first), "behind", first.toString());
        assertWrong(judge(first, first, second), "no more");
    }

    @Test
    void twoNamesThatBecomeTwoFiles() {
        Op link = add(0, Kind.LINK, 0, 0, 0, "t00/p", "t00/q");
        assertRight(judge(link));
        Op create = new Op(0, 0, Kind.CREATE, 1, 2, 0, 5, 0644, 0, 0, "t00/q", "", "");
        assertWrong(judge(create), "t00/p");
    }

    @Test
    void replacedNameThatComesBack() {
        Op made = add(0, Kind.CREATE, 1 << 20, 0, 0, "t00/a", "");
        Op written = write(0, 1 << 20, 0, 16);
        Op put = add(0, Kind.PUT, 1 << 20, 0, 0, "t00/a", "shared/n0");
        Op dropped = add(1, Kind.DROP, 0, 0, 0, "shared/n0", "");
        Op later = write(2, MIXED, 32, 16);
        assertRight(judge(made, written, put));
        assertRight(judge(made, written, put, dropped, later));
        assertWrong(judge(made, written, put, later), "shared/n0", put.toString(), dropped.toString());
    }

    @Test
    void lockHeldAfterAnotherHadIt() {
        Op[] held = new Op[6];
        for (int thread = 0; thread < 2; thread++) {
            int file = (thread + 1) << 20;
            held[3 * thread] = add(thread, Kind.CREATE, file, 0, 0, "t0" + thread + "/l", "");
            held[3 * thread + 1] = write(thread, file, 0, 16);
            held[3 * thread + 2] = add(thread, Kind.LOCK, file, 0, 0, "t0" + thread + "/l", "shared/e0");
            if (thread == 0) {
                Op released = add(0, Kind.UNLINK, 0, 0, 0, "shared/e0", "");
                assertRight(judge(held[0], held[1], held[2]));
                assertRight(judge(held[0], held[1], held[2], released));
            }
        }
        assertWrong(judge(held), "shared/e0", "[t00/l, shared/e0]", "UNLINK 0#4");
    }
}

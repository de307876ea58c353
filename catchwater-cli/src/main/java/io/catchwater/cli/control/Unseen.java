package io.catchwater.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.ExitStatus;
import io.catchwater.files.Names;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.cut.UncoveredWords;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Tells a user what of a cut was changed unseen, or may have been. */
public final class Unseen {

    private Unseen() {}

    /**
     * Names what a cut lacks, and what had to be read again for it.
     *
     * @param allowed whether what is lacking is no reason to end with anything but 0
     * @return how the command ends
     */
    public static ExitStatus tell(Coverage coverage, PrintStream err, boolean allowed) {
        List<Uncovered> open = coverage.atACut();
        UncoveredWords.lines(open).forEach(line -> err.println("catchwater: not captured: " + line));
        UncoveredWords.lines(coverage.readAgain()).forEach(line -> err.println("catchwater: " + line));
        return allowed || open.isEmpty() ? ExitStatus.DONE : ExitStatus.NOT_CAPTURED;
    }

    /** As JSON: {@code uncovered} has lines for a reader, {@code unseen} the facts. */
    public static void fill(ObjectNode node, List<Uncovered> facts) {
        UncoveredWords.lines(facts).forEach(node.withArray("uncovered")::add);
        node.withArray("unseen");
        for (Uncovered fact : facts) {
            node.withArray("unseen")
                    .addObject()
                    .put("kind", fact.getKind().name())
                    .put("path", printable(fact.getPath()))
                    .put("pid", fact.getPid())
                    .put("program", fact.getProgram())
                    .put("files", fact.getFiles())
                    .put("reason", fact.getReason());
        }
    }

    /** A path for a reader. */
    static String printable(ByteBuffer path) {
        byte[] bytes = new byte[path.remaining()];
        path.duplicate().get(bytes);
        return Names.printable(bytes);
    }
}

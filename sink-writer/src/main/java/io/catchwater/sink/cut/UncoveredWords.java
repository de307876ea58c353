package io.catchwater.sink.cut;

import io.catchwater.files.Names;
import io.catchwater.schemas.event.Uncovered;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts as lines for a reader, whatever shows them. Nothing is decided by these. */
public final class UncoveredWords {

    private static final String SOMETHING = "something";

    /** Paths in a line; of others their number is told. */
    private static final int PATHS = 3;

    private record Cause(String kind, int pid, String program) {}

    private UncoveredWords() {}

    /** One line each; changes of several files by one process are one line. */
    public static List<String> lines(List<Uncovered> facts) {
        Map<Object, List<Uncovered>> groups = new LinkedHashMap<>();
        for (Uncovered fact : facts) {
            Object key = switch (fact.getKind()) {
                case UNCAPTURED_CHANGE, UNSETTLED_CHANGE ->
                    new Cause(fact.getKind().name(), fact.getPid(), fact.getProgram());
                default -> fact;
            };
            groups.computeIfAbsent(key, any -> new ArrayList<>()).add(fact);
        }
        return groups.values().stream().map(UncoveredWords::line).toList();
    }

    /** One line. */
    public static String line(Uncovered fact) {
        return line(List.of(fact));
    }

    /** @param group facts that differ in their paths only */
    private static String line(List<Uncovered> group) {
        Uncovered fact = group.get(0);
        int files = Math.max(group.size(), fact.getFiles());
        List<String> paths = group.stream()
                .limit(PATHS)
                .map(each -> printable(each.getPath()))
                .filter(path -> !path.isEmpty())
                .toList();
        String where = paths.isEmpty() ? "" : String.join(", ", paths) + others(files - paths.size()) + ": ";
        String who = fact.getPid() == 0 ? "" : " (process " + fact.getPid() + ")";
        String why = fact.getReason().isEmpty() ? "" : " (" + fact.getReason() + ")";
        return where + what(fact, files) + why(fact, why) + who;
    }

    private static String printable(ByteBuffer path) {
        byte[] bytes = new byte[path.remaining()];
        path.duplicate().get(bytes);
        return Names.printable(bytes);
    }

    private static String others(int count) {
        return count <= 0 ? "" : " and " + count + (count == 1 ? " other" : " others");
    }

    /** Where the kind says nothing by itself, the reason is what was said already. */
    private static String why(Uncovered fact, String why) {
        return switch (fact.getKind()) {
            case OTHER, UNREADABLE, CONTRADICTION, UNKEPT -> "";
            default -> why;
        };
    }

    private static String what(Uncovered fact, int files) {
        String program = fact.getProgram().isEmpty() ? SOMETHING : fact.getProgram();
        return switch (fact.getKind()) {
            case UNCAPTURED_CHANGE -> changedBy(fact, program) + "; read again";
            case UNSETTLED_CHANGE -> changedBy(fact, program) + "; changed again while it was read";
            case UNCAPTURED_WRITER -> program + " can change " + (files > 1 ? "them" : "it") + " and is not captured";
            case MAPPED -> "mapped shared and writable: what is stored there is seen only at a cut";
            case MAPPED_SETTLED -> "mapped shared and writable: read while nothing was stored there";
            case MAPPED_INDEX -> "mapped shared and writable: an index that SQLite makes anew";
            case IO_URING -> program + " has io_uring, and changes files unseen; read again";
            case IO_URING_ENDED -> program + " had io_uring, and has ended; what it changed is read again";
            case INTERPOSED ->
                program + " is captured by symbol interposition only: writes inside the C library are not seen";
            case UNPATCHED_CALLS ->
                program + " makes calls of its own that could not be patched: what it changes there is not seen";
            case DETECTION_LIMITED ->
                "who changes files without being captured is seen only with a file open, or by change times at a cut";
            case UNCAPTURED_ANEW, MAPPED_ANEW, OTHER, UNREADABLE, CONTRADICTION, UNKEPT -> fact.getReason();
        };
    }

    private static String changedBy(Uncovered fact, String program) {
        return fact.getPid() == 0 && fact.getProgram().isEmpty()
                ? "changed by something that is not captured"
                : "changed by " + program + ", which is not captured";
    }
}

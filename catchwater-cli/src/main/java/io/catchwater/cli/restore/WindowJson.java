package io.catchwater.cli.restore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Gap;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.restore.MomentText;

/** Restorable windows as JSON; their times can be asked for again. */
public final class WindowJson {

    private WindowJson() {}

    /** Adds a window's fields; what tells its end is null while it reaches until now. */
    public static ObjectNode fill(ObjectNode node, boolean reachesNow, Window window) {
        node.put("from_lsn", window.fromLsn()).put("from_lsn_text", Lsn.format(window.fromLsn()));
        node.put("from_time", MomentText.momentTime(window.fromTimeNs()));
        if (reachesNow) {
            node.putNull("to_lsn").putNull("to_lsn_text").putNull("to_time").putNull("then");
        } else {
            node.put("to_lsn", window.toLsn()).put("to_lsn_text", Lsn.format(window.toLsn()));
            node.put("to_time", MomentText.momentTime(window.toTimeNs())).put("then", then(window));
        }
        ArrayNode holes = node.putArray("holes");
        window.holes().forEach(gap -> fill(holes.addObject(), gap));
        return node;
    }

    /** What comes after a window that does not reach until now, for a reader. */
    public static String then(Window window) {
        return window.goingOn() ? "nothing captures it now" : MomentText.why(window);
    }

    private static void fill(ObjectNode node, Gap gap) {
        node.put("kind", gap.getKind().name()).put("reason", gap.getReason());
        node.put("from_lsn", gap.getFromLsn()).put("from_lsn_text", Lsn.format(gap.getFromLsn()));
        node.put("from_time", MomentText.momentTime(gap.getFromTimeNs()));
        if (gap.getToLsn() == Lsn.NONE) {
            node.putNull("to_lsn").putNull("to_lsn_text").putNull("to_time");
        } else {
            node.put("to_lsn", gap.getToLsn()).put("to_lsn_text", Lsn.format(gap.getToLsn()));
            node.put("to_time", MomentText.momentTime(gap.getToTimeNs()));
        }
    }
}

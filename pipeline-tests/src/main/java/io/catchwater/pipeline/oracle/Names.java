package io.catchwater.pipeline.oracle;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who owns a path, by its spelling. */
final class Names {

    /** Owned by no thread in particular. */
    static final int NOBODY = -1;

    private static final Pattern OWN = Pattern.compile("t([0-9]{2})(/.*)?|common/t([0-9]{2})-.*");
    private static final Pattern DATA = Pattern.compile("(data/[a-z]+[0-9]+)(\\.[0-9]+)?");

    private Names() {}

    /** The thread that a path belongs to by its name alone, or {@link #NOBODY}. */
    static int threadOf(String path) {
        Matcher matcher = OWN.matcher(path);
        if (!matcher.matches()) {
            return NOBODY;
        }
        return Integer.parseInt(matcher.group(1) != null ? matcher.group(1) : matcher.group(3));
    }

    /** The path that a shared file had at first, from one that it has later; null when it is none. */
    static String preparedPath(String path) {
        Matcher matcher = DATA.matcher(path);
        return matcher.matches() ? matcher.group(1) : null;
    }
}

package io.catchwater.schemas;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What {@code exclude} leaves out: names whose full source path has a match of a regular expression somewhere in it, and
 * everything below such a name. The directories that are watched themselves are never left out.
 *
 * <p>Expressions are written as POSIX extended ones, with the additions of RE2, in which none takes more than linear
 * time. Bytes of a path that are no UTF-8 match as U+FFFD. Immutable.
 */
public final class Exclusion {

    /** Leaves nothing out. */
    public static final Exclusion NONE = new Exclusion("", null);

    private static final int EXPRESSION_CHARACTERS_LIMIT = 10_000;

    /** A name that nobody has in mind. */
    private static final String ANY_NAME = "/\uFFFE\uFFFE";

    private final String expression;
    private final Pattern pattern;

    private Exclusion(String expression, Pattern pattern) {
        this.expression = expression;
        this.pattern = pattern;
    }

    /**
     * Reads an expression.
     *
     * @param expression null leaves nothing out
     * @throws IllegalArgumentException when it is none; the message says where and why, and can be shown to a user
     */
    public static Exclusion of(String expression) {
        if (expression == null) {
            return NONE;
        }
        if (expression.isEmpty()) {
            throw new IllegalArgumentException(
                    "the regular expression to exclude is empty: it would exclude everything");
        }
        if (expression.length() > EXPRESSION_CHARACTERS_LIMIT) {
            throw new IllegalArgumentException("the regular expression to exclude has " + expression.length()
                    + " characters, more than " + EXPRESSION_CHARACTERS_LIMIT);
        }
        try {
            return new Exclusion(expression, Pattern.compile(expression));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(reason(expression, e), e);
        }
    }

    private static String reason(String expression, PatternSyntaxException e) {
        if (e.getMessage().contains("stack underflow")) {
            // The library's words for this one say nothing to anybody.
            return "bad regular expression '" + expression + "' to exclude: unexpected ) at character "
                    + (expression.indexOf(')') + 1);
        }
        String part = e.getPattern() == null ? "" : e.getPattern();
        int at = Math.max(0, expression.indexOf(part));
        return "bad regular expression '" + expression + "' to exclude: " + e.getDescription() + " at character "
                + (at + 1) + (part.isEmpty() || part.equals(expression) ? "" : ": '" + part + "'");
    }

    /**
     * Refuses to leave out everything: an expression such as {@code /tmp/} does for sources below {@code /tmp}.
     *
     * @param directories that are watched
     * @throws IllegalArgumentException when nothing would be left in any of them; the message can be shown to a user
     */
    public void requireSomethingLeft(List<String> directories) {
        boolean all = !directories.isEmpty() && directories.stream().allMatch(each -> matches(each + ANY_NAME));
        if (all) {
            throw new IllegalArgumentException("the regular expression '" + expression
                    + "' to exclude matches every path below " + String.join(", ", directories)
                    + ": nothing would be left; it is matched against full paths");
        }
    }

    /** True when nothing can be left out. */
    public boolean isNone() {
        return pattern == null;
    }

    /** True when a name is left out for itself; whether it lies below one that is does not matter. */
    public boolean matches(String fullPath) {
        return pattern != null && pattern.matcher(fullPath).find();
    }

    /**
     * True when a name is left out, or lies below one that is.
     *
     * @param fullPath absolute, canonical, as bytes; position and limit stay
     * @param rootLength how many of its bytes name the watched directory that holds it
     */
    public boolean excludes(ByteBuffer fullPath, int rootLength) {
        if (pattern == null) {
            return false;
        }
        int length = fullPath.remaining();
        for (int end = rootLength + 1; end <= length; end++) {
            boolean nameEnds = end == length || fullPath.get(fullPath.position() + end) == '/';
            if (nameEnds && end > rootLength + 1 && matches(text(fullPath, end))) {
                return true;
            }
        }
        return false;
    }

    private static String text(ByteBuffer path, int length) {
        return StandardCharsets.UTF_8
                .decode(path.slice(path.position(), length))
                .toString();
    }

    /** The expression; empty when nothing is left out. */
    @Override
    public String toString() {
        return expression;
    }
}

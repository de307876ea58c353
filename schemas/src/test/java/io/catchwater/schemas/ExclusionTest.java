package io.catchwater.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusionTest {

    private static final String ROOT = "/srv/app";

    @ParameterizedTest
    @CsvSource({
        "/lost\\+found($|/), lost+found, true",
        "/lost\\+found($|/), lost+found/a/b, true",
        "/lost\\+found($|/), lost+founded, false",
        "\\.tmp$, a/b.tmp, true",
        "\\.tmp$, a.tmp/b, true",
        "\\.tmp$, a.tmpx/b, false",
        "/x[[:digit:]]+$, x12, true",
        "/x[[:digit:]]+$, x, false",
        "^/srv/app/(a|b)/c, b/c, true",
        "/(a|é)$, é, true",
        "app, a, true",
        "app$, a, false",
    })
    void leavesOutAsSaid(String expression, String below, boolean excluded) {
        assertThat(excludes(Exclusion.of(expression), ROOT + "/" + below)).isEqualTo(excluded);
    }

    @Test
    void neverLeavesOutTheRootItself() {
        assertThat(excludes(Exclusion.of("app"), ROOT)).isFalse();
        assertThat(excludes(Exclusion.NONE, ROOT + "/a")).isFalse();
    }

    @Test
    void bytesThatAreNoTextHarmNothing() {
        byte[] path = (ROOT + "/a\u00ff.tmp").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Exclusion.of("\\.tmp$").excludes(ByteBuffer.wrap(path), ROOT.length()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/a(b, missing closing ), 1",
        "/a[b, missing closing ], 3",
        "/a)b, unexpected ), 3",
        "/a**, invalid nested repetition operator, 3",
        "/a\\, trailing backslash, 1",
        "+a, missing argument to repetition operator, 1",
    })
    void saysWhereAndWhyAnExpressionIsBad(String expression, String reason, int character) {
        assertThatThrownBy(() -> Exclusion.of(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("at character " + character);
    }

    @Test
    void refusesToLeaveOutEverything() {
        assertThatThrownBy(() -> Exclusion.of("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> Exclusion.of("a".repeat(20_000))).hasMessageContaining("more than");
    }

    @Test
    void refusesToLeaveNothingOfAnyDirectory() {
        List<String> directories = List.of("/tmp/app", "/srv/app");
        Exclusion.of("/tmp/").requireSomethingLeft(directories);
        Exclusion.of("app$").requireSomethingLeft(directories);
        Exclusion.NONE.requireSomethingLeft(directories);
        assertThatThrownBy(() -> Exclusion.of("/tmp/").requireSomethingLeft(directories.subList(0, 1)))
                .hasMessageContaining("nothing would be left");
        assertThatThrownBy(() -> Exclusion.of(".").requireSomethingLeft(directories))
                .hasMessageContaining("nothing would be left");
    }

    private static boolean excludes(Exclusion exclusion, String path) {
        return exclusion.excludes(ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8)), ROOT.length());
    }
}

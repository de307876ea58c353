package io.catchwater.cli.embedded.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BasicAuthenticationTest {
    private final BasicAuthentication authentication =
            new BasicAuthentication(user -> user.equals("known") ? Optional.of("a:secret") : Optional.empty());

    @Test
    void letsInWhoKnowsTheSecret() {
        assertThatCode(() -> authentication.require("Basic " + base64("known:a:secret")))
                .doesNotThrowAnyException();
        assertThatCode(() -> authentication.require("basic   " + base64("known:a:secret")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic !!", "Bearer a:secret", "Basic known:a:secret"})
    void refusesWhatIsNoLogin(String header) {
        assertRefused(header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "known", ":", "known:", "known:a:secre", "known:a:secretx", ":a:secret", "other:a:secret"})
    void refusesAWrongLogin(String login) {
        assertRefused("Basic " + base64(login));
    }

    private void assertRefused(String header) {
        assertThatThrownBy(() -> authentication.require(header))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        e -> org.assertj.core.api.Assertions.assertThat(e.httpStatus())
                                .isEqualTo(401));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
    }
}

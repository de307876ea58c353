package io.catchwater.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PageAddressTest {

    @Test
    void staysOnThisHostUnlessToldOtherwise() {
        assertThat(PageAddress.parse("8090")).isEqualTo(new PageAddress("127.0.0.1", 8090));
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0:8090,0.0.0.0,8090", "[::1]:1,::1,1", "backup.example:65535,backup.example,65535"})
    void takesAHost(String text, String host, int port) {
        assertThat(PageAddress.parse(text)).isEqualTo(new PageAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":8090", "8090x", "-1", "65536", "host:", "::1:8090", "host:99999999999", "a:b:1"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> PageAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected PORT or HOST:PORT");
    }
}

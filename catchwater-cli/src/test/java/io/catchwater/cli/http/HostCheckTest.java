package io.catchwater.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostCheckTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetAddress ANYWHERE = new InetSocketAddress(0).getAddress();

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:8090", "[::1]", "[::1]:8090"})
    void acceptsThisHost(String host) {
        assertThat(new HostCheck(LOOPBACK).accepts(host)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example:80",
                "1270.0.1",
                "a@localhost"
            })
    void keepsOutOtherNamesOnLoopbackOnly(String host) {
        assertThat(new HostCheck(LOOPBACK).accepts(host)).isFalse();
        assertThat(new HostCheck(ANYWHERE).accepts(host)).isTrue();
    }
}

package io.catchwater.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token of a page, and whom it lets through. */
final class PageTokenTest {
    private static final int PORT = 8090;

    @TempDir
    Path directory;

    @Test
    void isMadeOnceForItsOwnerOnly() throws IOException {
        PageToken token = PageToken.of(directory);
        token.prepare();
        String made = token.read();
        token.prepare();

        assertThat(PageToken.of(directory).read()).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(PageToken.NAME))))
                .isEqualTo("rw-------");
    }

    @Test
    void isNotTakenFromAFileThatOthersRead() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "x".repeat(22) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(file, ExitStatus.DENIED, "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(PageToken.in(file).read()).isEqualTo("x".repeat(22));
        Files.writeString(file, "short");
        assertRefused(file, ExitStatus.DENIED, "holds no token");
        assertRefused(directory.resolve("none"), ExitStatus.USAGE, "cannot be read");
    }

    private static void assertRefused(Path file, ExitStatus status, String words) {
        assertThatThrownBy(() -> PageToken.in(file)).isInstanceOfSatisfying(CommandFailure.class, failure -> {
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.getMessage()).contains(file.toString(), words).doesNotContain("\n");
        });
    }

    @Test
    void opensThePageByAddressCookieAndHeader() throws IOException {
        PageToken token = PageToken.of(directory);
        token.prepare();
        PageAccess access = new PageAccess(token, PORT);
        Headers answered = new Headers();

        assertThat(status(access, "/" + access.query(), new Headers(), answered))
                .isEqualTo(303);
        String cookie = answered.getFirst("Set-Cookie");
        String sent = cookie.substring(0, cookie.indexOf(';'));
        assertThat(status(access, "/api/status", headers("Cookie", "a=b; " + sent), new Headers()))
                .isZero();
        assertThat(status(access, "/", headers("Authorization", "Bearer " + token.read()), new Headers()))
                .isZero();
        assertThat(status(new PageAccess(token, PORT + 1), "/", headers("Cookie", sent), new Headers()))
                .isEqualTo(401);
        assertThat(status(access, "/", new Headers(), new Headers())).isEqualTo(401);
        assertThat(status(access, "/?token=", new Headers(), new Headers())).isEqualTo(403);
        assertThat(status(access, "/", headers("Authorization", "Bearer "), new Headers()))
                .isEqualTo(403);

        token.rotate();
        assertThat(status(access, "/", headers("Cookie", sent), new Headers())).isEqualTo(401);
    }

    /** Of a refusal; 0 for none. */
    private static int status(PageAccess access, String asked, Headers headers, Headers answered) {
        Optional<Answer> refusal = access.refuse(URI.create(asked), headers, answered);
        return refusal.map(Answer::status).orElse(0);
    }

    private static Headers headers(String name, String value) {
        Headers headers = new Headers();
        headers.set(name, value);
        return headers;
    }
}

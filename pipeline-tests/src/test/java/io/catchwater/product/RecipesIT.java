package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.catchwater.pipeline.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual's recipes, run as they stand on the page; {@code resources/recipes} has what waits and judges between the blocks. */
final class RecipesIT {

    private static final Path ROOT = Path.of(System.getProperty("catchwater.root"));
    private static final Pattern BLOCK =
            Pattern.compile("^```sh (\\w+)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final List<String> STEPS = List.of("start", "exec", "restart", "snapshot", "open", "close", "drill");
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @ParameterizedTest
    @ValueSource(strings = {"PostgreSQL", "MariaDB", "Redis", "SQLite"})
    void doesWhatItPromises(String recipe) throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Map<String, String> blocks = blocks(recipe);
        assertThat(blocks.keySet()).containsExactlyElementsOf(STEPS);
        try (Workplace place = new Workplace()) {
            Files.setPosixFilePermissions(place.disk, PosixFilePermissions.fromString("rwxr-xr-x"));
            StringBuilder script =
                    new StringBuilder(resource("around")).append(resource(recipe.toLowerCase(Locale.ROOT)));
            blocks.forEach((step, block) ->
                    script.append(block).append("after_").append(step).append('\n'));
            Path log = Files.createFile(place.disk.resolve("log"));
            int status = run(place.disk, log, script.toString());
            assertThat(status).as(Files.readString(log)).isZero();
        }
    }

    private static Map<String, String> blocks(String recipe) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/RECIPES.md"));
        String begin = "\n## " + recipe + "\n";
        assertThat(page).contains(begin);
        String section = page.substring(page.indexOf(begin) + begin.length()).split("\n## ", 2)[0];
        Map<String, String> blocks = new LinkedHashMap<>();
        for (Matcher block = BLOCK.matcher(section); block.find(); ) {
            blocks.put(block.group(1), block.group(2));
        }
        return blocks;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = RecipesIT.class.getResourceAsStream("/recipes/" + name + ".sh")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static int run(Path place, Path log, String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        Files.writeString(place.resolve("script"), script).toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        Product.addJars(environment);
        environment.put("PATH", ROOT + ":/usr/local/sbin:/usr/sbin:/sbin:" + environment.get("PATH"));
        environment.put("CATCHWATER_DATA_DIR", place.resolve("product").toString());
        environment.put("LOG", log.toString());
        environment.put("DATA", Files.createDirectory(place.resolve("data")).toString());
        environment.put("BACKUP", Files.createDirectory(place.resolve("backup")).toString());
        try (ServerSocket first = free();
                ServerSocket second = free()) {
            environment.put("PORT", "" + first.getLocalPort());
            environment.put("OTHER_PORT", "" + second.getLocalPort());
        }
        Process process = builder.start();
        if (process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor();
        throw new IOException("it does not end: " + Files.readString(log));
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}

package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Place;
import io.catchwater.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceRootsTest {

    private static final FileId HOLDER = new FileId(1L, 2L, 3L);

    @TempDir
    private Path directory;

    private static ByteBuffer bytes(Object path) {
        return ByteBuffer.wrap(path.toString().getBytes(UTF_8));
    }

    private static TreePath treePath(String path) {
        return TreePath.of(path.getBytes(UTF_8));
    }

    @Test
    void whatIsExcludedHasNoPlace() throws IOException {
        Path root = Files.createDirectory(directory.resolve("logs")).toRealPath();
        SourceRoots roots = SourceRoots.of(List.of(root), Exclusion.of("logs|\\.log$|/cache(/|$)"));
        assertThat(roots.place(bytes(root), HOLDER)).isNotNull();
        assertThat(roots.place(bytes(root.resolve("a.log")), HOLDER)).isNull();
        assertThat(roots.isExcluded(bytes(root))).isFalse();

        roots = SourceRoots.of(List.of(root), Exclusion.of("\\.log$|/cache(/|$)"));
        assertThat(roots.place(bytes(root.resolve("a")), HOLDER)).isEqualTo(new Place(HOLDER, bytes("a")));
        for (String excluded : List.of("a.log", "d/a.log", "a.log/below", "cache", "cache/below/d")) {
            assertThat(roots.place(bytes(root.resolve(excluded)), HOLDER)).isNull();
            assertThat(roots.isExcluded(bytes(root.resolve(excluded)))).isTrue();
            assertThat(roots.isExcluded(treePath(excluded))).isTrue();
        }
        for (String included : List.of("a", "a.logs", "d/a", "caches")) {
            assertThat(roots.isExcluded(bytes(root.resolve(included)))).isFalse();
            assertThat(roots.isExcluded(treePath(included))).isFalse();
        }
        assertThat(roots.isExcluded(bytes(directory.resolve("elsewhere.log")))).isFalse();
        assertThat(roots.isExcluded(bytes(""))).isFalse();
        assertThat(roots.isExcluded(TreePath.ROOT)).isFalse();
    }

    @Test
    void eachOfSeveralDirectoriesHasItsPlace() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one")).toRealPath();
        Path other = Files.createDirectory(directory.resolve("other")).toRealPath();
        SourceRoots roots = SourceRoots.of(List.of(one, other), Exclusion.of("/one/x|^" + other + "/y"));
        assertThat(roots.isExcluded(treePath("one/x"))).isTrue();
        assertThat(roots.isExcluded(treePath("one/y"))).isFalse();
        assertThat(roots.isExcluded(treePath("other/y"))).isTrue();
        assertThat(roots.isExcluded(treePath("other/x"))).isFalse();
        assertThat(roots.isExcluded(treePath("one"))).isFalse();
        assertThat(roots.place(bytes(other.resolve("y")), HOLDER)).isNull();
        assertThat(roots.place(bytes(other.resolve("x")), HOLDER)).isEqualTo(new Place(HOLDER, bytes("other/x")));
    }
}

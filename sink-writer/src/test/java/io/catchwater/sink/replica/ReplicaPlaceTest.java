package io.catchwater.sink.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can look into what is being filled. */
class ReplicaPlaceTest {

    private static final int STRANGER = 65534;

    @TempDir
    Path folder;

    private Path directory;

    @BeforeEach
    void make() throws IOException {
        directory = Files.createDirectory(folder.resolve("replica"));
        permit(directory, "rwxrwxrwx");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aReplicaIsClosedUntilItsRootHasTheSourcesMode() throws IOException {
        try (ReplicaPlace place = ReplicaPlace.beside(directory)) {
            assertThat(permissions(directory)).isEqualTo("rwx------");
            assertThat(permissions(place.sidePath())).isEqualTo("rwx------");
        }
        permit(directory, "rwxr-xr-x");
        ReplicaPlace.beside(directory).close();
        assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void aRestoreThatIsGivenUpLeavesTheDirectoryAsItWas() throws IOException {
        boolean givenAway = Attributes.mayChangeOwners();
        if (givenAway) {
            Files.setAttribute(directory, "unix:uid", STRANGER);
        }
        try (ReplicaPlace place = ReplicaPlace.inside(directory)) {
            assertThat(permissions(directory)).isEqualTo("rwx------");
            assertThat(Files.getAttribute(directory, "unix:uid")).isEqualTo(Attributes.ownUser());
            place.removeEverything();
        }
        assertThat(permissions(directory)).isEqualTo("rwxrwxrwx");
        assertThat(Files.getAttribute(directory, "unix:uid")).isEqualTo(givenAway ? STRANGER : Attributes.ownUser());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatAnotherUserMadeBesideItIsRefused() throws IOException {
        assumeTrue(Attributes.mayChangeOwners(), "only root may give files away");
        Path side = Files.createDirectory(ReplicaPlace.sideOf(directory));
        Files.setAttribute(side, "unix:uid", STRANGER);
        assertRefused();
        Files.setAttribute(side, "unix:uid", Attributes.ownUser());
        permit(side, "rwxrwx---");
        assertRefused();
        Files.delete(side);
        Files.createSymbolicLink(side, Files.createDirectory(folder.resolve("elsewhere")));
        assertThatThrownBy(() -> ReplicaPlace.beside(directory)).isInstanceOf(IOException.class);
        assertThat(folder.resolve("elsewhere")).isEmptyDirectory();
    }

    private void assertRefused() {
        assertThatThrownBy(() -> ReplicaPlace.beside(directory))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    }
}

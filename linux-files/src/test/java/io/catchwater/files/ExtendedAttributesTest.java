package io.catchwater.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtendedAttributesTest {

    @TempDir
    private Path folder;

    private Descriptor directory;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("file"), "content");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        directory = Descriptor.openDirectory(folder);
        try {
            of("file").set("user.probe", bytes(""));
            of("file").remove("user.probe");
        } catch (LinuxException e) {
            assumeTrue(e.errno() != Errno.EOPNOTSUPP, "the file system has no extended attributes");
        }
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private ExtendedAttributes of(String name) {
        return ExtendedAttributes.of(directory, name.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsSetIsReadByNameAndByAnyDescriptor() throws IOException {
        of("file").set("user.empty", bytes(""));
        of("file").set("user.large", bytes("x".repeat(3000)));
        Map<String, ByteBuffer> expected = Map.of("user.empty", bytes(""), "user.large", bytes("x".repeat(3000)));
        assertThat(of("file").read()).isEqualTo(expected);
        for (int flags : new int[] {OpenFlags.READ, OpenFlags.PATH}) {
            try (Descriptor file = Names.open(directory, new byte[] {'f', 'i', 'l', 'e'}, flags, 0)) {
                assertThat(ExtendedAttributes.of(file).read()).isEqualTo(expected);
            }
        }
    }

    @Test
    void aSymlinkIsNotFollowed() throws IOException {
        of("file").set("user.a", bytes("1"));
        assertThat(of("link").read()).isEmpty();
        byte[] name = "link".getBytes(StandardCharsets.UTF_8);
        try (Descriptor link = Names.open(directory, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
            assertThat(ExtendedAttributes.of(link).read()).isEmpty();
        }
        assertThatThrownBy(() -> of("link").set("user.b", bytes("2"))).isInstanceOf(LinuxException.class);
        assertThat(of("file").read()).containsOnlyKeys("user.a");
    }

    @Test
    void replacingSetsRemovesAndLeaves() throws IOException {
        of("file").set("user.same", bytes("1"));
        of("file").set("user.other", bytes("2"));
        of("file").set("user.more", bytes("3"));
        Map<String, ByteBuffer> wanted =
                Map.of("user.same", bytes("1"), "user.other", bytes("two"), "user.new", bytes("4"));
        assertThat(of("file").replace(wanted, false)).isEmpty();
        assertThat(of("file").read()).isEqualTo(wanted);
    }

    @Test
    void trustedOnesStayWhereTheyAreNotTold() throws IOException {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        of("file").set("trusted.a", bytes("1"));
        assertThat(of("file").replace(Map.of(), true)).isEmpty();
        assertThat(of("file").read()).containsOnlyKeys("trusted.a");
        assertThat(of("file").replace(Map.of(), false)).isEmpty();
        assertThat(of("file").read()).isEmpty();
    }

    @Test
    void whatTheKernelRefusesIsNamedAndTheRestIsSet() throws IOException {
        Map<String, ByteBuffer> wanted = Map.of("user.a", bytes("1"), "system.posix_acl_access", bytes("no such list"));
        assertThat(of("file").replace(wanted, false))
                .singleElement()
                .asString()
                .startsWith("system.posix_acl_access: ");
        assertThat(of("file").read()).containsOnlyKeys("user.a");
        assertThat(of("link").replace(Map.of("user.a", bytes("1")), false)).hasSize(1);
    }

    @Test
    void namesOfTheHostAreNotCarried() {
        assertThat(ExtendedAttributes.isCarried("user.a")).isTrue();
        assertThat(ExtendedAttributes.isCarried("user.")).isFalse();
        assertThat(ExtendedAttributes.isCarried("security.capability")).isTrue();
        assertThat(ExtendedAttributes.isCarried("security.selinux")).isFalse();
        assertThat(ExtendedAttributes.isCarried("system.posix_acl_default")).isTrue();
        assertThat(ExtendedAttributes.isCarried("system.nfs4_acl")).isFalse();
    }
}

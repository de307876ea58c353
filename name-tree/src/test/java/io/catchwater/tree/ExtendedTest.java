package io.catchwater.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;

/** What a change does not tell of extended attributes stays as the listing found it. */
final class ExtendedTest {

    private static final FileId ROOT = new FileId(1L, 1L, 1L);
    private static final FileId FILE = new FileId(1L, 2L, 2L);
    private static final ByteBuffer NAME = bytes("name");
    private static final Map<String, ByteBuffer> LISTED = Map.of("user.a", bytes("1"), "trusted.b", bytes("2"));

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static FileAttributes attributes(Map<String, ByteBuffer> extended, boolean trustedUnseen) {
        return new FileAttributes(0100644, 0, 0, 0L, 0L, 0L, extended, trustedUnseen);
    }

    private static Map<String, ByteBuffer> after(NameChangeKind kind, FileAttributes changed) {
        Listing listing = new Listing(ROOT, attributes(Map.of(), false));
        FileAttributes found = attributes(LISTED, false);
        List<ListedName> names = List.of(new ListedName(NAME, FILE, found, ByteBuffer.allocate(0)));
        listing.listed(new ListedDirectory(1L, ROOT, names), 1);
        Place place = new Place(ROOT, NAME);
        listing.changed(new NameChanged(kind, FILE, changed, place, null, ByteBuffer.allocate(0)), 2);
        NameTree tree = listing.tree();
        return tree.attributes(FILE).orElseThrow().getExtended();
    }

    @Example
    void whatIsToldReplacesWhatWasFound() {
        Map<String, ByteBuffer> told = Map.of("user.c", bytes("3"));
        assertThat(after(NameChangeKind.ATTRIBUTES, attributes(told, false))).isEqualTo(told);
        assertThat(after(NameChangeKind.ATTRIBUTES, attributes(Map.of(), false)))
                .isEmpty();
    }

    @Example
    void trustedOnesStayWhereTheyCouldNotBeSeen() {
        assertThat(after(NameChangeKind.ATTRIBUTES, attributes(Map.of("user.c", bytes("3")), true)))
                .containsOnlyKeys("user.c", "trusted.b");
    }

    @Example
    void allStayWhereNoneAreTold() {
        assertThat(after(NameChangeKind.ATTRIBUTES, attributes(null, false))).isEqualTo(LISTED);
    }

    @Example
    void aNewFileHasNothingOfAnOlderOneWithItsId() {
        assertThat(after(NameChangeKind.CREATE, attributes(Map.of(), true))).isEmpty();
    }
}

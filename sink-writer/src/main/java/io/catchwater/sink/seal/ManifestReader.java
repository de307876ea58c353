package io.catchwater.sink.seal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.cut.SavedUncovered;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.runfiles.RunFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a manifest, entry by entry, after its checksum was found right. For one thread.
 *
 * <p>Everything that is wrong with the file is a {@link DamagedManifestException}.
 */
public final class ManifestReader implements AutoCloseable {

    private final Descriptor file;
    private final JsonParser json;
    private final Manifest manifest;
    private final String checksum;
    private TreePath before;

    /**
     * Opens the manifest of a directory.
     *
     * @throws io.catchwater.files.LinuxException ENOENT when there is none: the directory is no backup
     * @throws DamagedManifestException when it is not what was written
     */
    public ManifestReader(Descriptor root) throws IOException {
        this.file = Names.open(root, Manifest.nameBytes(), OpenFlags.READ | OpenFlags.NO_FOLLOW, 0);
        try {
            checksum = checkedSum();
            this.json = new JsonFactory().createParser(new DescriptorInput(file, Long.MAX_VALUE));
            this.manifest = header();
        } catch (IOException | IllegalArgumentException e) {
            file.close();
            throw asDamage(e);
        }
    }

    private String checkedSum() throws IOException {
        long length = Attributes.status(file).size() - Manifest.TRAILER_BYTES;
        if (length <= 0) {
            throw new DamagedManifestException("it is cut off");
        }
        Sha256 sha256 = new Sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        for (long at = 0; at < length; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
            int count = Content.readFully(file, buffer, at);
            sha256.update(buffer.flip());
            at += Math.max(1, count);
        }
        String found = sha256.finish();
        buffer.clear().limit(Manifest.TRAILER_BYTES);
        Content.readFully(file, buffer, length);
        String trailer = StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
        if (!trailer.equals(Manifest.CHECKSUM_BEGIN + found + Manifest.CHECKSUM_END)) {
            throw new DamagedManifestException("its checksum is wrong");
        }
        return found;
    }

    private Manifest header() throws IOException {
        Map<String, String> fields = new HashMap<>();
        List<RunFile> leftOut = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        List<Uncovered> unseen = null;
        expect(json.nextToken(), JsonToken.START_OBJECT);
        while (true) {
            expect(json.nextToken(), JsonToken.FIELD_NAME);
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("entries")) {
                expect(value, JsonToken.START_ARRAY);
                break;
            }
            if (name.equals("unseen")) {
                expect(value, JsonToken.START_ARRAY);
                unseen = unseen();
            } else if (value == JsonToken.START_ARRAY && name.equals(Manifest.LEFT_OUT)) {
                runFiles(leftOut);
            } else if (value == JsonToken.START_ARRAY) {
                array(lines);
            } else {
                fields.put(name, json.getText());
            }
        }
        if (!Manifest.FORMAT.equals(fields.get("format"))
                || !String.valueOf(Manifest.FORMAT_VERSION).equals(fields.get("formatVersion"))) {
            throw new DamagedManifestException("it is of another format: " + fields.get("formatVersion"));
        }
        return new Manifest(
                required(fields, "source"),
                required(fields, "snapshotId"),
                number(fields, "lsnNumber"),
                number(fields, "requestedLsnNumber"),
                number(fields, "timeNs"),
                unseen != null ? unseen : untyped(lines),
                fields.getOrDefault("exclude", ""),
                leftOut,
                fields.containsKey("beforeNs") ? number(fields, "beforeNs") : 0);
    }

    private void runFiles(List<RunFile> into) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Map<String, String> fields = new HashMap<>();
            object(fields);
            into.add(new RunFile(TreePath.of(bytes(fields, "path")), RunFileKind.valueOf(required(fields, "why"))));
        }
    }

    private List<Uncovered> unseen() throws IOException {
        List<Uncovered> facts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Map<String, String> fields = new HashMap<>();
            object(fields);
            facts.add(new SavedUncovered(
                            required(fields, "kind"),
                            new String(bytes(fields, "path"), StandardCharsets.ISO_8859_1),
                            (int) number(fields, "pid"),
                            required(fields, "program"),
                            (int) number(fields, "files"),
                            required(fields, "reason"))
                    .fact());
        }
        return facts;
    }

    /** What manifests of earlier versions say. */
    private static List<Uncovered> untyped(List<String> lines) {
        return lines.stream()
                .map(line -> UncoveredFacts.ofSource(UncoveredKind.OTHER, line))
                .toList();
    }

    private void array(List<String> into) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            into.add(json.getText());
        }
    }

    private void object(Map<String, String> into) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            into.put(name, json.getText());
        }
    }

    /** What it says of the snapshot as a whole. */
    public Manifest manifest() {
        return manifest;
    }

    /** SHA-256 of the manifest, hexadecimal: names this snapshot's content. */
    public String checksum() {
        return checksum;
    }

    /** @return null after the last */
    public ManifestEntry next() throws IOException {
        try {
            if (json.nextToken() == JsonToken.END_ARRAY) {
                return null;
            }
            Map<String, String> fields = new HashMap<>();
            SortedMap<String, String> extended = new TreeMap<>();
            List<String> unkept = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                switch (json.nextToken()) {
                    case START_OBJECT -> object(extended);
                    case START_ARRAY -> array(unkept);
                    default -> fields.put(name, json.getText());
                }
            }
            return inOrder(entry(fields, extended, unkept));
        } catch (IOException | IllegalArgumentException e) {
            throw asDamage(e);
        }
    }

    private ManifestEntry inOrder(ManifestEntry entry) throws DamagedManifestException {
        if (before != null && TreePath.WALK_ORDER.compare(before, entry.path()) >= 0) {
            throw new DamagedManifestException("its entries are out of order at '" + entry.path() + "'");
        }
        before = entry.path();
        return entry;
    }

    private static ManifestEntry entry(
            Map<String, String> fields, SortedMap<String, String> extended, List<String> unkept) throws IOException {
        FileType type = ManifestEntry.typeOf(required(fields, "type"));
        return new ManifestEntry(
                TreePath.of(bytes(fields, "path")),
                type,
                type == FileType.REGULAR ? number(fields, "size") : 0,
                Integer.parseInt(required(fields, "mode"), 8),
                (int) number(fields, "uid"),
                (int) number(fields, "gid"),
                number(fields, "modifiedNs"),
                fields.containsKey("device") ? number(fields, "device") : 0,
                type == FileType.REGULAR ? required(fields, "sha256") : "",
                ByteBuffer.wrap(type == FileType.SYMLINK ? bytes(fields, "target") : new byte[0]),
                fields.containsKey("linkOf") ? Optional.of(TreePath.of(bytes(fields, "linkOf"))) : Optional.empty(),
                extended,
                unkept);
    }

    private static byte[] bytes(Map<String, String> fields, String name) throws DamagedManifestException {
        String base64 = fields.get(name + "Base64");
        return base64 == null
                ? required(fields, name).getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(base64);
    }

    private static long number(Map<String, String> fields, String name) throws DamagedManifestException {
        return Long.parseLong(required(fields, name));
    }

    private static String required(Map<String, String> fields, String name) throws DamagedManifestException {
        String value = fields.get(name);
        if (value == null) {
            throw new DamagedManifestException("it lacks \"" + name + "\"");
        }
        return value;
    }

    private static void expect(JsonToken found, JsonToken wanted) throws DamagedManifestException {
        if (found != wanted) {
            throw new DamagedManifestException("it has " + found + " where " + wanted + " belongs");
        }
    }

    private static DamagedManifestException asDamage(Exception e) {
        return e instanceof DamagedManifestException damage ? damage : new DamagedManifestException(e.getMessage());
    }

    @Override
    public void close() throws IOException {
        json.close();
        file.close();
    }
}

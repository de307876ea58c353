package io.catchwater.sink.seal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.cut.UncoveredWords;
import io.catchwater.sink.runfiles.RunFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a manifest, entry by entry. For one thread; the file is complete after {@link #finish}. */
public final class ManifestWriter {

    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final OutputStream output;
    private final MessageDigest digest = Sha256.newDigest();
    private final JsonGenerator json;
    private long files;
    private long bytes;

    /** @param file new and empty; stays the caller's, who also syncs it */
    public ManifestWriter(Descriptor file, Manifest manifest) throws IOException {
        this.output = new DescriptorOutput(file);
        this.json = new JsonFactory()
                .createGenerator(new DigestOutputStream(output, digest))
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        header(manifest);
    }

    private void header(Manifest manifest) throws IOException {
        json.writeStartObject();
        json.writeStringField("format", Manifest.FORMAT);
        json.writeNumberField("formatVersion", Manifest.FORMAT_VERSION);
        json.writeStringField("source", manifest.source());
        json.writeStringField("snapshotId", manifest.snapshotId());
        json.writeStringField("lsn", Lsn.format(manifest.lsn()));
        json.writeNumberField("lsnNumber", manifest.lsn());
        json.writeNumberField("requestedLsnNumber", manifest.requestedLsn());
        json.writeStringField("time", time(manifest.timeNs()));
        json.writeNumberField("timeNs", manifest.timeNs());
        if (manifest.beforeNs() != 0) {
            json.writeNumberField("beforeNs", manifest.beforeNs());
        }
        if (!manifest.exclude().isEmpty()) {
            json.writeStringField("exclude", manifest.exclude());
        }
        leftOut(manifest.leftOut());
        json.writeArrayFieldStart("uncovered");
        for (String line : UncoveredWords.lines(manifest.uncovered())) {
            json.writeString(line);
        }
        json.writeEndArray();
        json.writeBooleanField(
                "provablyCaptured", new Coverage(manifest.uncovered()).atACut().isEmpty());
        json.writeArrayFieldStart("unseen");
        for (Uncovered fact : manifest.uncovered()) {
            unseen(fact);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("entries");
    }

    private void leftOut(List<RunFile> runFiles) throws IOException {
        if (runFiles.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(Manifest.LEFT_OUT);
        for (RunFile each : runFiles) {
            json.writeStartObject();
            text("path", ByteBuffer.wrap(each.path().bytes()));
            json.writeStringField("why", each.kind().name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void unseen(Uncovered fact) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", fact.getKind().name());
        text("path", fact.getPath());
        json.writeNumberField("pid", fact.getPid());
        json.writeStringField("program", fact.getProgram());
        json.writeNumberField("files", fact.getFiles());
        json.writeStringField("reason", fact.getReason());
        json.writeEndObject();
    }

    private static String time(long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_SECOND), Math.floorMod(timeNs, NS_PER_SECOND))
                .toString();
    }

    /** Entries come in {@link io.catchwater.sink.replica.TreePath#WALK_ORDER}. */
    public void add(ManifestEntry entry) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        text("path", ByteBuffer.wrap(entry.path().bytes()));
        json.writeStringField("type", ManifestEntry.typeName(entry.type()));
        json.writeStringField("mode", String.format(Locale.ROOT, "%04o", entry.permissions()));
        json.writeNumberField("uid", entry.uid());
        json.writeNumberField("gid", entry.gid());
        json.writeNumberField("modifiedNs", entry.modifiedNs());
        if (entry.type() == FileType.REGULAR) {
            json.writeNumberField("size", entry.size());
            json.writeStringField("sha256", entry.sha256());
            if (entry.linkOf().isPresent()) {
                text("linkOf", ByteBuffer.wrap(entry.linkOf().get().bytes()));
            } else {
                bytes += entry.size();
            }
            files++;
        } else if (entry.type() == FileType.SYMLINK) {
            text("target", entry.target());
        } else if (entry.specialDevice() != 0) {
            json.writeNumberField("device", entry.specialDevice());
        }
        extended(entry);
        json.writeEndObject();
    }

    private void extended(ManifestEntry entry) throws IOException {
        if (!entry.extended().isEmpty()) {
            json.writeObjectFieldStart("xattrs");
            for (Map.Entry<String, String> each : entry.extended().entrySet()) {
                json.writeStringField(each.getKey(), each.getValue());
            }
            json.writeEndObject();
        }
        if (!entry.unkept().isEmpty()) {
            json.writeArrayFieldStart("unkept");
            for (String each : entry.unkept()) {
                json.writeString(each);
            }
            json.writeEndArray();
        }
    }

    /** Bytes that are not UTF-8 are given in Base64 too. */
    private void text(String field, ByteBuffer value) throws IOException {
        byte[] raw = new byte[value.remaining()];
        value.duplicate().get(raw);
        try {
            json.writeStringField(
                    field,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(raw))
                            .toString());
        } catch (CharacterCodingException e) {
            json.writeStringField(field, Names.printable(raw));
            json.writeStringField(field + "Base64", Base64.getEncoder().encodeToString(raw));
        }
    }

    /** Writes what comes after the entries, and the checksum. */
    public void finish() throws IOException {
        json.writeEndArray();
        json.writeNumberField("files", files);
        json.writeNumberField("bytes", bytes);
        json.close();
        String trailer = Manifest.CHECKSUM_BEGIN + HexFormat.of().formatHex(digest.digest()) + Manifest.CHECKSUM_END;
        output.write(trailer.getBytes(StandardCharsets.US_ASCII));
        output.close();
    }

    /** Regular files so far, by name. */
    public long files() {
        return files;
    }

    /** Bytes in regular files so far; a file with several names counts once. */
    public long bytes() {
        return bytes;
    }
}

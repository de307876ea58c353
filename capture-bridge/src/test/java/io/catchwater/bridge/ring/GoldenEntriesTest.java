package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Entries encoded by C, and their meaning as C says it. */
final class GoldenEntriesTest {

    private static final Path GOLDEN = Path.of("../schemas/src/test/resources/ring");
    private static final Pattern FIELD = Pattern.compile("([A-Z_0-9]+)=");

    @Test
    void javaReadsWhatCWrote() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("golden.txt"));
        Map<String, String> header = fields(lines.stream()
                .filter(line -> line.startsWith("HEADER"))
                .findFirst()
                .orElseThrow()
                .substring(7));
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.wrap(Files.readAllBytes(GOLDEN.resolve("golden.ring"))));
        RingMemory memory = new RingMemory(
                buffer, number(header, "CAPACITY"), number(header, "NONCE"), number(header, "INCARNATION"));
        assertThat(buffer.getLong(HEADER_MAGIC)).isEqualTo(MAGIC);
        assertThat(memory.tail()).isEqualTo(number(header, "TAIL"));
        assertThat(memory.head()).isEqualTo(number(header, "HEAD"));

        RingReader reader = new RingReader(memory);
        int compared = 0;
        for (String line : lines) {
            if (line.startsWith("POSITION")) {
                compare(fields(line), reader.poll());
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(17);
        assertThat(reader.poll()).isNull();
        assertThat(reader.position()).isEqualTo(memory.tail());
    }

    private static void compare(Map<String, String> expected, RingEntry entry) {
        RingEntry.Origin origin = entry.origin();
        assertThat(origin.position()).isEqualTo(number(expected, "POSITION"));
        assertThat(origin.flags()).isEqualTo((int) number(expected, "FLAGS"));
        assertThat(origin.timeNs()).isEqualTo(number(expected, "TIME_NS"));
        assertThat(origin.pid()).isEqualTo((int) number(expected, "PID"));
        assertThat(origin.file()).isEqualTo(id(expected, ""));
        if (entry instanceof RingEntry.Write write) {
            assertThat(expected).containsEntry("KIND", "WRITE");
            assertThat(write.start()).isEqualTo(number(expected, "FILE_OFFSET"));
            long size = number(expected, "SIZE");
            assertThat(write.end()).isEqualTo(size == UNBOUNDED ? UNBOUNDED : write.start() + size);
            assertThat(write.firstPosition()).isEqualTo(number(expected, "FIRST_POSITION"));
            assertThat(text(write.content())).isEqualTo(expected.get("PAYLOAD"));
        } else if (entry instanceof RingEntry.Truncate truncate) {
            assertThat(expected).containsEntry("KIND", "TRUNCATE");
            assertThat(truncate.size()).isEqualTo(number(expected, "SIZE"));
        } else if (entry instanceof RingEntry.IoUringAsked asked) {
            assertThat(expected).containsEntry("KIND", "IO_URING");
            assertThat(asked.granted()).isEqualTo(number(expected, "SIZE") != 0);
            assertThat(text(asked.executable())).isEqualTo(expected.get("PATH"));
        } else if (entry instanceof RingEntry.KernelAioDenied denied) {
            assertThat(expected).containsEntry("KIND", "KERNEL_AIO");
            assertThat(text(denied.executable())).isEqualTo(expected.get("PATH"));
        } else if (entry instanceof RingEntry.ProgramBegan program) {
            assertThat(expected).containsEntry("KIND", "PROCESS");
            assertThat(program.unknownSites()).isEqualTo((int) number(expected, "UNKNOWN_SITES"));
            assertThat(program.interposed()).isEqualTo(number(expected, "INTERPOSED") != 0);
            assertThat(text(program.executable())).isEqualTo(expected.get("PATH"));
        } else if (entry instanceof RingEntry.Naming naming) {
            compare(expected, naming);
        } else {
            assertThat(entry).isInstanceOf(RingEntry.Mapped.class);
            assertThat(expected).containsEntry("KIND", "MAPPED");
        }
    }

    private static void compare(Map<String, String> expected, RingEntry.Naming naming) {
        assertThat(KINDS.get(naming.kind())).isEqualTo(expected.get("KIND"));
        assertThat(naming.parent()).isEqualTo(id(expected, "PARENT_"));
        assertThat(naming.newParent()).isEqualTo(id(expected, "NEW_PARENT_"));
        assertThat(naming.attributes().getMode()).isEqualTo((int) number(expected, "MODE"));
        assertThat(naming.attributes().getUid()).isEqualTo((int) number(expected, "UID"));
        assertThat(naming.attributes().getGid()).isEqualTo((int) number(expected, "GID"));
        assertThat(naming.attributes().getModifiedNs()).isEqualTo(number(expected, "MODIFIED_NS"));
        assertThat(naming.attributes().getSpecialDevice()).isEqualTo(number(expected, "SPECIAL_DEVICE"));
        assertThat(naming.attributes().getSize()).isEqualTo(number(expected, "CONTENT_SIZE"));
        assertThat(naming.links()).isEqualTo((int) number(expected, "LINKS"));
        assertThat(text(naming.path())).isEqualTo(expected.get("PATH"));
        assertThat(text(naming.newPath())).isEqualTo(expected.get("NEW_PATH"));
        assertThat(text(naming.target())).isEqualTo(expected.get("TARGET"));
        Map<String, ByteBuffer> extended = naming.attributes().getExtended();
        if (number(expected, "EXTENDED_LENGTH") == EXTENDED_UNSAID) {
            assertThat(extended).isNull();
        } else if (expected.get("EXTENDED").isEmpty()) {
            assertThat(extended).isEmpty();
        } else {
            String[] pair = expected.get("EXTENDED").split("=", 2);
            assertThat(extended).hasSize(2).containsEntry(pair[0], ByteBuffer.wrap(pair[1].getBytes(UTF_8)));
            assertThat(extended).containsEntry("user.empty", ByteBuffer.allocate(0));
        }
        assertThat(naming.attributes().getTrustedUnseen())
                .isEqualTo((number(expected, "FLAGS") & FLAG_TRUSTED_UNSEEN) != 0);
    }

    private static final Map<Integer, String> KINDS = Map.of(
            KIND_CREATE, "CREATE",
            KIND_MKDIR, "MKDIR",
            KIND_LINK, "LINK",
            KIND_SYMLINK, "SYMLINK",
            KIND_MKNOD, "MKNOD",
            KIND_RENAME, "RENAME",
            KIND_EXCHANGE, "EXCHANGE",
            KIND_UNLINK, "UNLINK",
            KIND_RMDIR, "RMDIR",
            KIND_ATTRIBUTES, "ATTRIBUTES");

    private static FileId id(Map<String, String> expected, String prefix) {
        return new FileId(
                number(expected, prefix + "DEVICE"),
                number(expected, prefix + "INODE"),
                number(expected, prefix + "BIRTH_NS"));
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.get(name));
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }

    /** Values may hold blanks; a value ends one blank before the next name. */
    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        Matcher matcher = FIELD.matcher(line);
        String name = null;
        int value = 0;
        while (matcher.find()) {
            if (name != null) {
                fields.put(name, line.substring(value, matcher.start() - 1));
            }
            name = matcher.group(1);
            value = matcher.end();
        }
        fields.put(name, line.substring(value));
        return fields;
    }
}

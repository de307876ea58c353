package io.catchwater.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.CommandParser.Parsed;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandParserTest {

    private static final Serialization AVRO = new Serialization("mock://commands", Map.of());

    private static final String SNAPSHOT_THAT_KEEPS =
            "{\"id\":\"x\",\"type\":\"snapshot\",\"data\":{\"destination\":\"/to\",\"keepRunFiles\":%s}}";

    private final CommandParser parser = new CommandParser(AVRO.deserializer(Command.class));

    @Test
    void theContractsExampleIsACommand() {
        Parsed parsed = parse("""
                {"id":"nightly-2031-04-01","type":"snapshot","data":{"destination":"/backups/monday",
                 "throttle":10000000,"exclude":"/lost\\\\+found($|/)"}}""");
        assertThat(parsed)
                .isEqualTo(new Parsed.Valid(new Command(
                        "nightly-2031-04-01",
                        "snapshot",
                        new CommandData(
                                "/backups/monday", 10_000_000L, "/lost\\+found($|/)", null, null, null, null))));
    }

    @Test
    void theLargestThrottleMeansNone() {
        assertThat(throttleOf("18446744073709551615")).isEqualTo(-1L);
        assertThat(throttleOf("0")).isZero();
    }

    @Test
    void avroIsACommandToo() {
        Command command = new Command("a", "cancel", new CommandData(null, null, null, "b", null, null, null));
        byte[] value = AVRO.serializer().serialize(Topics.COMMANDS, command);
        assertThat(parser.parse(value)).isEqualTo(new Parsed.Valid(command));
    }

    @Test
    void runFilesAreKeptWhenACommandSaysSo() {
        assertThat(keepRunFilesOf("true")).isTrue();
        assertThat(keepRunFilesOf("false")).isFalse();
        assertThat(keepRunFilesOf("null")).isNull();
        assertThat(reasonOf(SNAPSHOT_THAT_KEEPS.formatted("\"yes\""))).contains("keepRunFiles");
    }

    private Boolean keepRunFilesOf(String value) {
        Parsed parsed = parse(SNAPSHOT_THAT_KEEPS.formatted(value));
        return ((Parsed.Valid) parsed).command().getData().getKeepRunFiles();
    }

    @Test
    void whatIsNoCommandSaysWhy() {
        assertThat(reasonOf("{")).contains("not JSON");
        assertThat(reasonOf("[1]")).contains("no \"id\"");
        assertThat(reasonOf("{\"id\":7,\"type\":\"snapshot\"}")).contains("no \"id\"");
        assertThat(reasonOf("{\"id\":\"x\"}")).contains("no \"type\"");
        assertThat(reasonOf("{\"id\":\"source/app\",\"type\":\"cancel\"}")).contains("may not begin with");
        assertThat(reasonOf("{\"id\":\"x\",\"type\":\"snapshot\",\"data\":{\"throttle\":-1}}"))
                .contains("throttle");
        assertThat(reasonOf("{\"id\":\"x\",\"type\":\"snapshot\",\"data\":{\"destination\":3}}"))
                .contains("destination");
        assertThat(reason(parser.parse(null))).contains("empty");
        assertThat(reason(parser.parse(new byte[] {0, 1, 2}))).contains("Avro");
    }

    private Long throttleOf(String number) {
        Parsed parsed = parse("{\"id\":\"x\",\"type\":\"throttle\",\"data\":{\"throttle\":" + number + "}}");
        return ((Parsed.Valid) parsed).command().getData().getThrottle();
    }

    private Parsed parse(String json) {
        return parser.parse(json.getBytes(UTF_8));
    }

    private String reasonOf(String json) {
        return reason(parse(json));
    }

    private static String reason(Parsed parsed) {
        return ((Parsed.Malformed) parsed).reason();
    }
}

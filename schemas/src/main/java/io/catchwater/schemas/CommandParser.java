package io.catchwater.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import java.io.IOException;
import java.math.BigInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads a record of the commands topic, in Confluent's Avro wire format or as plain JSON.
 *
 * <p>Used by one thread at a time.
 */
public final class CommandParser {

    /** How "no limit" is said in JSON: 2^64 - 1, as the variable of the SQL interface has it. */
    private static final BigInteger NO_LIMIT = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private static final byte CONFLUENT_MAGIC = 0;

    /** The statuses of the sources themselves have such keys. */
    private static final String RESERVED = "source/";

    private final ObjectMapper json = new ObjectMapper();
    private final Deserializer<Command> avro;

    /** @param avro reads values that begin with Confluent's magic byte */
    public CommandParser(Deserializer<Command> avro) {
        this.avro = avro;
    }

    /** What a record said. */
    public sealed interface Parsed {

        /** A command with an id and a type; whether the type exists is not checked. */
        record Valid(Command command) implements Parsed {}

        /**
         * No command.
         *
         * @param id of the command where one could be read, else empty
         * @param reason one line for a reader
         */
        record Malformed(String id, String reason) implements Parsed {}
    }

    /** @param value of the record, may be null (a tombstone) */
    public Parsed parse(byte[] value) {
        if (value == null || value.length == 0) {
            return new Parsed.Malformed("", "the record is empty");
        }
        Parsed parsed = value[0] == CONFLUENT_MAGIC ? parseAvro(value) : parseJson(value);
        return isReserved(parsed)
                ? new Parsed.Malformed("", "an \"id\" may not begin with '" + RESERVED + "'")
                : parsed;
    }

    private static boolean isReserved(Parsed parsed) {
        String id = parsed instanceof Parsed.Valid valid ? valid.command().getId() : ((Parsed.Malformed) parsed).id();
        return id.startsWith(RESERVED);
    }

    private Parsed parseAvro(byte[] value) {
        try {
            Command command = avro.deserialize(Topics.COMMANDS, value);
            return command.getId().isBlank()
                    ? new Parsed.Malformed("", "the command has no id")
                    : new Parsed.Valid(command);
        } catch (SerializationException e) {
            return new Parsed.Malformed("", "not a command in Avro: " + e.getMessage());
        }
    }

    private Parsed parseJson(byte[] value) {
        JsonNode root;
        try {
            root = json.readTree(value);
        } catch (JsonProcessingException e) {
            return new Parsed.Malformed("", "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return new Parsed.Malformed("", "not JSON: " + e.getMessage());
        }
        String id = root.path("id").asText("");
        if (!root.isObject() || id.isBlank() || !root.path("id").isTextual()) {
            return new Parsed.Malformed("", "the command has no \"id\"");
        }
        if (!root.path("type").isTextual()) {
            return new Parsed.Malformed(id, "the command has no \"type\"");
        }
        try {
            return new Parsed.Valid(new Command(id, root.path("type").asText(), data(root.path("data"))));
        } catch (IllegalArgumentException e) {
            return new Parsed.Malformed(id, e.getMessage());
        }
    }

    private static CommandData data(JsonNode node) {
        return new CommandData(
                text(node, "destination"),
                throttle(node.path("throttle")),
                text(node, "exclude"),
                text(node, "target"),
                flag(node, "queue"),
                flag(node, "keepRunFiles"),
                flag(node, "allowUnseen"));
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("\"" + field + "\" is not a string");
        }
        return value.asText();
    }

    private static Boolean flag(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("\"" + field + "\" is not true or false");
        }
        return value.asBoolean();
    }

    private static Long throttle(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || value.bigIntegerValue().signum() < 0) {
            throw new IllegalArgumentException("\"throttle\" is not a number of bytes per second");
        }
        BigInteger rate = value.bigIntegerValue();
        if (rate.compareTo(NO_LIMIT) > 0) {
            throw new IllegalArgumentException("\"throttle\" is above 18446744073709551615 (no limit)");
        }
        return rate.bitLength() > 63 ? -1L : rate.longValue();
    }
}

package io.catchwater.cli.command;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a RATE: {@code 1000000}, {@code 10MB/s}, {@code 1.5GiB/s}, {@code none}, {@code 0}. In bytes per second, -1 is no
 * limit.
 */
final class Rates implements ITypeConverter<Long> {

    /** No limit. */
    static final long NONE = -1;

    private static final String UNLIMITED = "18446744073709551615";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?(B|[kKMGT]i?B|)(?:/s)?");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("kB", 1_000L),
            Map.entry("KB", 1_000L),
            Map.entry("MB", 1_000_000L),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("TB", 1_000_000_000_000L),
            Map.entry("kiB", 1L << 10),
            Map.entry("KiB", 1L << 10),
            Map.entry("MiB", 1L << 20),
            Map.entry("GiB", 1L << 30),
            Map.entry("TiB", 1L << 40));

    @Override
    public Long convert(String text) {
        if (text.equals("none") || text.equals(UNLIMITED)) {
            return NONE;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw unreadable(text);
        }
        try {
            return new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(UNITS.get(matcher.group(2))))
                    .toBigInteger()
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw unreadable(text);
        }
    }

    private static TypeConversionException unreadable(String text) {
        return new TypeConversionException(
                "'" + text + "' is not a rate (expected such as 1000000, 10MB/s, 0 to stand still, none for no limit)");
    }
}

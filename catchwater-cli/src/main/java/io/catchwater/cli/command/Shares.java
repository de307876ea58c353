package io.catchwater.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 5%}, {@code 0.1%}, {@code 100%}: above 0, up to 1. */
final class Shares implements ITypeConverter<Double> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)%");
    private static final double PERCENT = 100;

    @Override
    public Double convert(String text) {
        Matcher matcher = FORM.matcher(text);
        double share = matcher.matches() ? Double.parseDouble(matcher.group(1)) / PERCENT : 0;
        if (share <= 0 || share > 1) {
            throw new TypeConversionException(
                    "'" + text + "' is not a share (expected such as 5%, above 0%, up to 100%)");
        }
        return share;
    }
}

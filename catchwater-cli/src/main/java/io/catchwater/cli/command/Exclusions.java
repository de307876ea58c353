package io.catchwater.cli.command;

import io.catchwater.schemas.Exclusion;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the REGEX of {@code --exclude}. */
final class Exclusions implements ITypeConverter<Exclusion> {

    @Override
    public Exclusion convert(String text) {
        try {
            return Exclusion.of(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}

package io.catchwater.cli.command;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option that is not given has the value of its variable: {@code --data-dir} that of {@code CATCHWATER_DATA_DIR}. */
public final class EnvironmentDefaults implements IDefaultValueProvider {

    private static final String PREFIX = "CATCHWATER_";
    private static final Set<String> WITHOUT_VARIABLE = Set.of("--help", "--version");

    private final Map<String, String> environment;

    /** @param environment of the process */
    public EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || WITHOUT_VARIABLE.contains(option.longestName())) {
            return null;
        }
        String value = environment.get(variable(option.longestName()));
        return value == null || value.isEmpty() ? null : value;
    }

    /** The variable of an option, such as {@code CATCHWATER_DATA_DIR}. */
    static String variable(String longName) {
        return PREFIX + longName.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}

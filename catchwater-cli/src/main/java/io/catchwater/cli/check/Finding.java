package io.catchwater.cli.check;

/**
 * What a check found.
 *
 * @param check its name, one or two words
 * @param isOk whether everything that needs it works
 * @param text what is there, or what to do
 */
public record Finding(String check, boolean isOk, String text) {

    static Finding ok(String check, String text) {
        return new Finding(check, true, text);
    }

    static Finding wrong(String check, String text) {
        return new Finding(check, false, text);
    }
}

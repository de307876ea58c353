package io.catchwater.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro makes objects only of classes it was told to trust, since a schema is untrusted input too: those of this project's own
 * schemas. It does so when it reads, and when a builder fills in a default that is a list.
 */
public final class GeneratedClasses {

    private static final String PACKAGES = "io.catchwater.schemas.";

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith(PACKAGES)));
    }

    private GeneratedClasses() {}

    /** Lets Avro make them, from now on, in this process. Any thread, any number of times. */
    public static void trust() {
        // What there is to do has been done when the class was initialized.
    }
}

package io.catchwater.files;

import java.util.Locale;

/**
 * The numbers in which Linux differs from one architecture to the next. What all of them share stands where it is used.
 *
 * @param directory O_DIRECTORY
 * @param noFollow O_NOFOLLOW
 * @param openat2 number of the system call openat2(2)
 */
record Abi(int directory, int noFollow, long openat2) {

    private static final Abi X86_64 = new Abi(0x10000, 0x20000, 437);

    static final Abi CURRENT = of(System.getProperty("os.arch"));

    /** @throws UnsupportedOperationException when nobody has written down the numbers of this architecture */
    static Abi of(String architecture) {
        return switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            default -> throw new UnsupportedOperationException("not supported on " + architecture);
        };
    }
}

package io.catchwater.files;

/** What a name names. */
public enum FileType {
    FIFO(0x1000),
    CHARACTER_DEVICE(0x2000),
    DIRECTORY(0x4000),
    BLOCK_DEVICE(0x6000),
    REGULAR(0x8000),
    SYMLINK(0xA000),
    SOCKET(0xC000),
    /** None of those that Linux has. */
    UNKNOWN(0);

    /** S_IFMT: the bits of st_mode that hold the type. */
    public static final int MASK = 0xF000;

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /** The type's bits in st_mode. */
    public int bits() {
        return bits;
    }

    /** @param mode st_mode, or at least its type bits */
    public static FileType of(int mode) {
        return switch (mode & MASK) {
            case 0x1000 -> FIFO;
            case 0x2000 -> CHARACTER_DEVICE;
            case 0x4000 -> DIRECTORY;
            case 0x6000 -> BLOCK_DEVICE;
            case 0x8000 -> REGULAR;
            case 0xA000 -> SYMLINK;
            case 0xC000 -> SOCKET;
            default -> UNKNOWN;
        };
    }
}

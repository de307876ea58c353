import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code java MappedPages.java DIRECTORY CONTROL NAME}: see stages.h. Stores through a mapping and never forces it. */
public final class MappedPages {

    private static final int PAGES = 500;
    private static final int PAGE_BYTES = 4096;

    private MappedPages() {}

    public static void main(String[] arguments) throws Exception {
        Path control = Path.of(arguments[1]);
        String name = arguments[2];
        MappedByteBuffer pages;
        try (FileChannel channel = FileChannel.open(
                Path.of(arguments[0], "pages"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) PAGES * PAGE_BYTES);
        }
        long number = 1;
        commit(pages, number);
        say(control.resolve(name + ".committed"), number);
        say(control.resolve(name + ".resting1"), number);
        await(control.resolve("busy"));
        while (Files.notExists(control.resolve("rest"))) {
            commit(pages, ++number);
            say(control.resolve(name + ".committed"), number);
            Thread.sleep(100);
        }
        say(control.resolve(name + ".resting2"), number);
        await(control.resolve("end"));
    }

    private static void commit(MappedByteBuffer pages, long number) {
        for (int page = 0; page < PAGES; page++) {
            pages.putLong(page * PAGE_BYTES, number);
            pages.putLong(page * PAGE_BYTES + PAGE_BYTES - Long.BYTES, number);
        }
    }

    private static void say(Path file, long number) throws IOException {
        Files.writeString(file, "%020d".formatted(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void await(Path file) throws InterruptedException {
        while (Files.notExists(file)) {
            Thread.sleep(10);
        }
    }
}

package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Watches how many bytes are in a directory's files, some fifty times a second. */
final class WrittenBytes implements AutoCloseable {

    private static final long INTERVAL_MS = 20;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final double TOLERANCE = 1.05;

    private final Path directory;
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::watch, "written-bytes");
    private volatile boolean ended;

    /** The bytes were there at some moment between the two. */
    private record Sample(long beforeNs, long afterNs, long bytes) {}

    private WrittenBytes(Path directory) {
        this.directory = directory;
    }

    static WrittenBytes below(Path directory) {
        WrittenBytes written = new WrittenBytes(directory);
        written.thread.setDaemon(true);
        written.thread.start();
        return written;
    }

    private void watch() {
        try {
            while (!ended) {
                long beforeNs = System.nanoTime();
                long bytes = bytes();
                samples.add(new Sample(beforeNs, System.nanoTime(), bytes));
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long bytes() {
        try (Stream<Path> names = Files.list(directory)) {
            return names.filter(name -> name.getFileName().toString().startsWith("f"))
                    .mapToLong(WrittenBytes::size)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long last() {
        return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).bytes();
    }

    /** No second, wherever it begins, has more than the rate allows, and 5 %. */
    void requireAtMost(long rate) {
        int windows = 0;
        for (Sample first : samples) {
            Sample second = after(first);
            if (second != null) {
                double seconds = (double) (second.afterNs() - first.beforeNs()) / SECOND_NS;
                assertThat((second.bytes() - first.bytes()) / seconds)
                        .as("bytes per second, from byte %d on", first.bytes())
                        .isLessThanOrEqualTo(rate * TOLERANCE);
                windows++;
            }
        }
        assertThat(windows).isPositive();
    }

    /** The rate of the median second among those in which it wrote about at the rate. */
    long median(long rate) {
        List<Long> rates = samples.stream()
                .filter(first -> after(first) != null && first.bytes() > 0)
                .map(first -> {
                    Sample second = after(first);
                    double seconds = (double) (second.beforeNs() - first.afterNs()) / SECOND_NS;
                    return (long) ((second.bytes() - first.bytes()) / seconds);
                })
                .filter(each -> each < rate * 1.5 && each > 0)
                .sorted()
                .toList();
        return rates.get(rates.size() / 2);
    }

    private Sample after(Sample first) {
        for (Sample sample : samples) {
            if (sample.beforeNs() - first.afterNs() >= SECOND_NS) {
                return sample;
            }
        }
        return null;
    }

    @Override
    public void close() {
        ended = true;
    }
}

package io.catchwater.stream;

import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.FileId;
import java.util.ArrayList;
import java.util.List;

/** Reads a window of a file as a base copy would: page by page, each at its own moment. */
final class ModelReader {

    private static final int PAGE = 4;

    final long copyId;
    final long windowId;
    final long start;
    final long end;

    /** False for a window that heals. */
    final boolean copies;

    /** True once the file it reads has gone. */
    boolean orphaned;

    private final ModelFile file;
    private final List<byte[]> chunks;
    private final List<ChunkPart> parts = new ArrayList<>();
    private int position;
    private int size = -1;
    private boolean atEnd;

    ModelReader(ModelFile file, List<byte[]> chunks, long copyId, long windowId, long start, long end, boolean copies) {
        this.file = file;
        this.chunks = chunks;
        this.copyId = copyId;
        this.windowId = windowId;
        this.start = start;
        this.end = end;
        this.copies = copies;
        this.position = (int) start;
    }

    /**
     * Reads a page, or looks at the size.
     *
     * @param choice what of it, and how the bytes are put into chunks
     */
    void step(int choice) {
        if (Math.floorMod(choice, 5) == 0) {
            size = file.size();
            return;
        }
        byte[] page = file.read(position, (int) Math.min(PAGE, end - position));
        atEnd = page.length == 0 && position < end;
        boolean hole = isZero(page) && Math.floorMod(choice, 3) == 0;
        if (page.length > 0 && !hole) {
            int skip = Math.floorMod(choice, 3);
            byte[] chunk = new byte[skip + page.length + 1];
            java.util.Arrays.fill(chunk, (byte) -1);
            System.arraycopy(page, 0, chunk, skip, page.length);
            chunks.add(chunk);
            parts.add(new ChunkPart((long) position, page.length, skip, (long) chunks.size() - 1));
        }
        position += page.length;
    }

    boolean isDone() {
        return atEnd || position >= end;
    }

    /** What was read, after reading the rest. */
    ChunkReference finish(FileId id, int choice) {
        while (!isDone()) {
            step(choice * 5 + 1);
        }
        if (size < 0 || Math.floorMod(choice, 2) == 0) {
            size = file.size();
        }
        boolean last = atEnd || size <= position;
        return new ChunkReference(
                copyId, windowId, id, start, (long) position, parts, last, last ? (long) size : 0L, 0L);
    }

    private static boolean isZero(byte[] page) {
        for (byte b : page) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}

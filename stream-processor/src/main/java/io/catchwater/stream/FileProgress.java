package io.catchwater.stream;

/**
 * What the processor keeps of one file.
 *
 * @param content how much of it the ordered stream has
 * @param window what is being read of it
 */
record FileProgress(Content content, Window window) {

    static final FileProgress UNKNOWN = new FileProgress(new Content.Unknown(), new Window.None());

    FileProgress with(Content other) {
        return new FileProgress(other, window);
    }

    FileProgress with(Window other) {
        return new FileProgress(content, other);
    }
}

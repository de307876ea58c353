package io.catchwater.cli.progress;

/** A status object for each state. */
final class JsonProgress implements ProgressDisplay {

    private final JsonMessages messages;

    JsonProgress(JsonMessages messages) {
        this.messages = messages;
    }

    @Override
    public void show(Progress progress) {
        messages.status(progress);
    }

    @Override
    public void end() {}
}

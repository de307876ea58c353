package io.catchwater.cli.http;

/** What a request gets; the body is sent as UTF-8. */
record Answer(int status, String contentType, String body) {

    static final int OK = 200;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int FAILED = 500;
    static final String JSON = "application/json";

    private static final String TEXT = "text/plain; charset=utf-8";

    static Answer json(String body) {
        return new Answer(OK, JSON, body);
    }

    /** @param line for a reader */
    static Answer refused(int status, String line) {
        return new Answer(status, TEXT, line + "\n");
    }
}

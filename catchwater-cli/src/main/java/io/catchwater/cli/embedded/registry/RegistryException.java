package io.catchwater.cli.embedded.registry;

/** An answer of the registry that is not success, with Confluent's error codes. */
final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int UNAUTHORIZED = 401;

    private final int httpStatus;
    private final int errorCode;

    private RegistryException(int httpStatus, int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.httpStatus = httpStatus;
        this.errorCode = errorCode;
    }

    static RegistryException unauthorized() {
        return new RegistryException(
                UNAUTHORIZED,
                40101,
                "wrong or no credentials; those of the data directory are shown by 'catchwater credentials show'",
                null);
    }

    static RegistryException noSuchPath() {
        return new RegistryException(404, 404, "HTTP 404 Not Found", null);
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(404, 40401, "Subject '" + subject + "' not found.", null);
    }

    static RegistryException versionNotFound(String version) {
        return new RegistryException(404, 40402, "Version " + version + " not found.", null);
    }

    static RegistryException schemaNotFound() {
        return new RegistryException(404, 40403, "Schema not found", null);
    }

    static RegistryException subjectHasNoLevel(String subject) {
        return new RegistryException(
                404, 40408, "Subject '" + subject + "' does not have subject-level compatibility configured", null);
    }

    static RegistryException incompatible(String subject, String difference) {
        return new RegistryException(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: [" + difference + "]",
                null);
    }

    static RegistryException tooLarge(int limitBytes) {
        return new RegistryException(413, 413, "Request body is larger than " + limitBytes + " bytes", null);
    }

    static RegistryException invalidRequest(String why) {
        return new RegistryException(400, 400, why, null);
    }

    static RegistryException invalidSchema(String why, Throwable cause) {
        return new RegistryException(422, 42201, "Invalid schema: " + why, cause);
    }

    static RegistryException invalidVersion(String version) {
        return new RegistryException(
                422,
                42202,
                "The specified version '" + version + "' is not a valid version id. Allowed values are between 1 and"
                        + " 2^31-1 and the string \"latest\"",
                null);
    }

    static RegistryException invalidLevel(String level) {
        return new RegistryException(422, 42203, "Invalid compatibility level: " + level, null);
    }

    static RegistryException unsupported(String what) {
        return new RegistryException(422, 42205, what, null);
    }

    static RegistryException storeFailed(Throwable cause) {
        return new RegistryException(500, 50001, "Error in the backend data store: " + cause.getMessage(), cause);
    }

    int httpStatus() {
        return httpStatus;
    }

    int errorCode() {
        return errorCode;
    }
}

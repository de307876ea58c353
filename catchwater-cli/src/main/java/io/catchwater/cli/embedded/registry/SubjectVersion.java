package io.catchwater.cli.embedded.registry;

/**
 * One version of a subject.
 *
 * @param version 1 and up, without gaps among all that were ever registered
 * @param id of the schema; equal schemas share it, whatever the subject
 * @param schema Avro's own rendering of it
 * @param deleted hidden from listings; the id still resolves, because retained records carry it
 */
record SubjectVersion(String subject, int version, int id, String schema, boolean deleted) {
    SubjectVersion asDeleted() {
        return new SubjectVersion(subject, version, id, schema, true);
    }
}

package io.catchwater.sink.runfiles;

import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.sink.replica.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A directory that a kind of server keeps its data in: what it is known by, and which of its files are run files.
 *
 * @param marks sets of names, of which one has to be there as a whole: regular files, directories with a slash at the end
 * @param rules for the regular files in it
 */
record ServerDirectory(List<List<String>> marks, List<Rule> rules) {

    private static final ServerDirectory POSTGRESQL = new ServerDirectory(
            List.of(List.of("PG_VERSION", "global/")),
            List.of(new Rule("postmaster\\.pid", RunFileKind.PID_FILE, Holds.ANYTHING)));

    private static final ServerDirectory MARIADB = new ServerDirectory(
            List.of(List.of("ibdata1"), List.of("aria_log_control")),
            List.of(
                    new Rule(".*\\.pid", RunFileKind.PID_FILE, Holds.PROCESS_ID),
                    new Rule(".*\\.sock\\.lock", RunFileKind.LOCK, Holds.PROCESS_ID)));

    private static final ServerDirectory REDIS = new ServerDirectory(
            List.of(List.of("dump.rdb"), List.of("appendonly.aof"), List.of("appendonlydir/")),
            List.of(new Rule(".*\\.pid", RunFileKind.PID_FILE, Holds.PROCESS_ID)));

    private static final ServerDirectory MONGODB = new ServerDirectory(
            List.of(List.of("WiredTiger", "storage.bson")),
            List.of(
                    new Rule("mongod\\.lock", RunFileKind.LOCK, Holds.PROCESS_ID),
                    new Rule(".*\\.pid", RunFileKind.PID_FILE, Holds.PROCESS_ID)));

    /** PostgreSQL puts the lock beside its socket, wherever that is. */
    private static final ServerDirectory ANY = new ServerDirectory(
            List.of(List.of()),
            List.of(new Rule("\\.s\\.PGSQL\\.[0-9]+\\.lock", RunFileKind.LOCK, Holds.PROCESS_ID_FIRST)));

    /** All that are known. */
    static final List<ServerDirectory> ALL = List.of(POSTGRESQL, MARIADB, REDIS, MONGODB, ANY);

    /** What has to be in a file. */
    enum Holds {
        ANYTHING,
        /** The number of a process and nothing else. */
        PROCESS_ID,
        /** The number of a process in the first line; or nothing yet. */
        PROCESS_ID_FIRST
    }

    /** Which regular files of a directory are run files. */
    record Rule(Pattern name, RunFileKind kind, Holds holds) {

        Rule(String name, RunFileKind kind, Holds holds) {
            this(Pattern.compile(name), kind, holds);
        }

        boolean names(String fileName) {
            return name.matcher(fileName).matches();
        }
    }

    /** Whether a directory is one of these. */
    boolean is(Descriptor directory) throws IOException {
        for (List<String> set : marks) {
            if (hasAll(directory, set)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAll(Descriptor directory, List<String> names) throws IOException {
        for (String name : names) {
            FileType type = name.endsWith("/") ? FileType.DIRECTORY : FileType.REGULAR;
            String plain = name.replace("/", "");
            FileStatus found = FileStore.statusIfThere(directory, plain.getBytes(StandardCharsets.US_ASCII));
            if (found == null || found.type() != type) {
                return false;
            }
        }
        return true;
    }
}

/* lmdb_writer DIRECTORY CONTROL NAME [writemap|mapasync]: see stages.h. It ends without closing the environment. */
#include <lmdb.h>

#include "stages.h"

static MDB_env *environment;

static void commit(long number)
{
    MDB_txn *transaction;
    MDB_dbi database;
    NEED(mdb_txn_begin(environment, NULL, 0, &transaction) == 0);
    NEED(mdb_dbi_open(transaction, NULL, 0, &database) == 0);
    for (int key = 0; key < KEYS; key++) {
        char key_text[KEY_BYTES];
        char value_text[VALUE_BYTES];
        MDB_val key_part = {(size_t)snprintf(key_text, sizeof key_text, "key%05d", key), key_text};
        MDB_val value_part = {value_of(value_text, number, key), value_text};
        NEED(mdb_put(transaction, database, &key_part, &value_part, 0) == 0);
    }
    NEED(mdb_txn_commit(transaction) == 0);
}

int main(int count, char **arguments)
{
    NEED(count == 4 || count == 5);
    control = arguments[2];
    name = arguments[3];
    unsigned int flags = 0;
    if (count == 5) {
        flags = strcmp(arguments[4], "mapasync") == 0 ? MDB_WRITEMAP | MDB_MAPASYNC : MDB_WRITEMAP;
    }
    NEED(mdb_env_create(&environment) == 0);
    NEED(mdb_env_set_mapsize(environment, 16 << 20) == 0);
    NEED(mdb_env_open(environment, arguments[1], flags, 0644) == 0);
    go_through_stages(commit);
    return 0;
}

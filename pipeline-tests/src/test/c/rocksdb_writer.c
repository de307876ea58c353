/*
 * rocksdb_writer DIRECTORY CONTROL NAME: see stages.h. Tables are written through memory. The functions are those of
 * rocksdb/c.h, which would bring the development packages of five other libraries.
 */
#include "stages.h"

typedef struct rocksdb_t rocksdb_t;
typedef struct rocksdb_options_t rocksdb_options_t;
typedef struct rocksdb_writeoptions_t rocksdb_writeoptions_t;
typedef struct rocksdb_writebatch_t rocksdb_writebatch_t;

rocksdb_options_t *rocksdb_options_create(void);
void rocksdb_options_set_create_if_missing(rocksdb_options_t *options, unsigned char whether);
void rocksdb_options_set_allow_mmap_writes(rocksdb_options_t *options, unsigned char whether);
void rocksdb_options_set_write_buffer_size(rocksdb_options_t *options, size_t bytes);
void rocksdb_options_set_compression(rocksdb_options_t *options, int kind);
rocksdb_t *rocksdb_open(const rocksdb_options_t *options, const char *directory, char **error);
rocksdb_writeoptions_t *rocksdb_writeoptions_create(void);
rocksdb_writebatch_t *rocksdb_writebatch_create(void);
void rocksdb_writebatch_put(rocksdb_writebatch_t *batch, const char *key, size_t key_bytes, const char *value, size_t value_bytes);
void rocksdb_writebatch_destroy(rocksdb_writebatch_t *batch);
void rocksdb_write(rocksdb_t *database, const rocksdb_writeoptions_t *options, rocksdb_writebatch_t *batch, char **error);
void rocksdb_close(rocksdb_t *database);

enum { NO_COMPRESSION = 0, WRITE_BUFFER_BYTES = 1 << 20 };

static rocksdb_t *database;
static rocksdb_writeoptions_t *write_options;

static void commit(long number)
{
    char *error = NULL;
    rocksdb_writebatch_t *batch = rocksdb_writebatch_create();
    for (int key = 0; key < KEYS; key++) {
        char key_text[KEY_BYTES];
        char value_text[VALUE_BYTES];
        int key_bytes = snprintf(key_text, sizeof key_text, "key%05d", key);
        rocksdb_writebatch_put(batch, key_text, (size_t)key_bytes, value_text, value_of(value_text, number, key));
    }
    rocksdb_write(database, write_options, batch, &error);
    NEED(error == NULL);
    rocksdb_writebatch_destroy(batch);
}

int main(int count, char **arguments)
{
    NEED(count == 4);
    control = arguments[2];
    name = arguments[3];
    char *error = NULL;
    rocksdb_options_t *options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(options, 1);
    rocksdb_options_set_allow_mmap_writes(options, 1);
    rocksdb_options_set_write_buffer_size(options, WRITE_BUFFER_BYTES);
    rocksdb_options_set_compression(options, NO_COMPRESSION);
    database = rocksdb_open(options, arguments[1], &error);
    NEED(error == NULL);
    write_options = rocksdb_writeoptions_create();
    go_through_stages(commit);
    rocksdb_close(database);
    return 0;
}

/* Calls that concern two names: rename and link. */
#include "descriptor.h"
#include "mapped.h"
#include "memory.h"
#include "naming.h"
#include "ring.h"

enum {
    RENAME_EXCHANGE_FLAG = 2,
    RENAME_WHITEOUT_FLAG = 4,
};

/* A change of two names; for a link the old one matters only for where it lies. */
struct pair {
    struct call *call;
    uint32_t kind;
    long old_at;
    const char *old_path;
    long new_at;
    const char *new_path;
    long flags;
};

struct pair_places {
    enum place_answer old_answer;
    enum place_answer new_answer;
    struct place old;
    struct place new;
    /* Set when something has come into the tree by it. */
    bool entered;
};

static void find_both(struct level *level, const struct pair *pair, struct pair_places *places)
{
    bool follow = pair->kind == KIND_LINK && (pair->flags & AT_SYMLINK_FOLLOW) != 0;
    places->new_answer = place_find(level, PLACE_NEW, pair->new_at, pair->new_path, false, &places->new);
    places->old_answer = place_find(level, PLACE_OLD, pair->old_at, pair->old_path, follow, &places->old);
}

static void close_both(struct pair_places *places)
{
    if (places->new_answer == PLACE_FOUND) {
        place_close(&places->new);
    }
    if (places->old_answer == PLACE_FOUND) {
        place_close(&places->old);
    }
}

enum concern { CONCERN_NONE, CONCERN_TREE, CONCERN_UNKNOWN };

static enum concern concern_of(const struct pair *pair, const struct pair_places *places)
{
    bool link = pair->kind == KIND_LINK;
    if (places->new_answer == PLACE_UNKNOWN || (!link && places->old_answer == PLACE_UNKNOWN)) {
        return CONCERN_UNKNOWN;
    }
    if (places->new_answer != PLACE_FOUND || (!link && places->old_answer != PLACE_FOUND)) {
        return CONCERN_NONE;
    }
    return places->new.inside || (!link && places->old.inside) ? CONCERN_TREE : CONCERN_NONE;
}

static bool same_file(const struct place *a, const struct place *b)
{
    struct statx x;
    struct statx y;
    return watch_status(a->directory, a->name, AT_SYMLINK_NOFOLLOW, &x) == 0
        && watch_status(b->directory, b->name, AT_SYMLINK_NOFOLLOW, &y) == 0 && x.stx_ino == y.stx_ino
        && x.stx_dev_major == y.stx_dev_major && x.stx_dev_minor == y.stx_dev_minor;
}

static void record_pair(struct level *level, const struct pair *pair, struct pair_places *places)
{
    struct naming naming = {.kind = pair->kind};
    const struct place *new = &places->new;
    bool old_inside = places->old_answer == PLACE_FOUND && places->old.inside;
    if (old_inside != new->inside) {
        descriptor_forget_everywhere();
        places->entered = new->inside || pair->kind == KIND_EXCHANGE;
    }
    if (watch_status(new->directory, new->name, AT_SYMLINK_NOFOLLOW, &naming.status) != 0) {
        naming_record_unknown(level, pair->kind);
        return;
    }
    naming.extended = extended_read(level, new->directory, new->name);
    if (pair->kind == KIND_LINK) {
        naming.parent = place_directory(new);
        naming.path = new->path;
        naming.path_length = new->path_length;
    } else {
        naming.parent = place_directory(&places->old);
        naming.path = places->old.path;
        naming.path_length = places->old.path_length;
        naming.new_parent = place_directory(new);
        naming.new_path = new->path;
        naming.new_path_length = new->path_length;
        naming.flags = (pair->flags & RENAME_WHITEOUT_FLAG) != 0 ? FLAG_UNORDERED : 0;
    }
    naming_record(level, &naming);
}

static void make_pair(struct level *level, const struct pair *pair, struct pair_places *places)
{
    /* Renaming one name of a file to another name of it does nothing, and succeeds. */
    bool nothing = pair->kind == KIND_RENAME && same_file(&places->old, &places->new);
    call_make(pair->call);
    if (pair->call->result == 0 && !nothing) {
        record_pair(level, pair, places);
    }
    close_both(places);
    level_leave(level);
    if (places->entered) {
        mapped_names_entered();
    }
}

/* A file of the tree gets a name outside: of what the tree holds only its attributes have changed. */
static bool leaves(const struct pair *pair, const struct pair_places *places)
{
    return pair->kind == KIND_LINK && places->old_answer == PLACE_FOUND && places->old.inside
        && places->new_answer == PLACE_FOUND;
}

static void make_leaving(struct level *level, const struct pair *pair, struct pair_places *places)
{
    long handle = kernel(__NR_openat, places->old.directory, places->old.name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    close_both(places);
    if (kernel_failed(handle)) {
        naming_make_unknown(level, pair->call, KIND_ATTRIBUTES);
        return;
    }
    if (!naming_begin(level, KIND_ATTRIBUTES)) {
        kernel(__NR_close, handle);
        level_leave(level);
        naming_make_uncaptured(pair->call);
        return;
    }
    call_make(pair->call);
    if (pair->call->result == 0) {
        naming_record_attributes(level, handle);
    }
    kernel(__NR_close, handle);
    level_leave(level);
}

static bool capture_pair(const struct pair *pair)
{
    struct pair_places places = {.entered = false};
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(pair->call);
        return true;
    }
    uint64_t tail = __atomic_load_n(&ring.header->tail, __ATOMIC_ACQUIRE);
    find_both(level, pair, &places);
    enum concern concern = concern_of(pair, &places);
    if (concern == CONCERN_TREE && naming_begin(level, pair->kind)) {
        if (__atomic_load_n(&ring.header->tail, __ATOMIC_ACQUIRE) != tail) {
            close_both(&places);
            find_both(level, pair, &places);
            concern = concern_of(pair, &places) == CONCERN_TREE ? CONCERN_TREE : CONCERN_UNKNOWN;
        }
        if (concern == CONCERN_TREE) {
            make_pair(level, pair, &places);
            return true;
        }
    }
    if (concern == CONCERN_NONE && leaves(pair, &places)) {
        make_leaving(level, pair, &places);
        return true;
    }
    close_both(&places);
    if (concern == CONCERN_UNKNOWN) {
        naming_make_unknown(level, pair->call, pair->kind);
        return true;
    }
    level_leave(level);
    if (concern == CONCERN_TREE) {
        naming_make_uncaptured(pair->call);
    }
    return concern == CONCERN_TREE;
}

static bool capture_rename(struct call *call, long old_at, long old_path, long new_at, long new_path, long flags)
{
    uint32_t kind = (flags & RENAME_EXCHANGE_FLAG) != 0 ? KIND_EXCHANGE : KIND_RENAME;
    struct pair pair = {call, kind, old_at, (const char *)old_path, new_at, (const char *)new_path, flags};
    return capture_pair(&pair);
}

bool call_rename(struct call *call)
{
    return capture_rename(call, AT_FDCWD, call->argument[0], AT_FDCWD, call->argument[1], 0);
}

bool call_renameat(struct call *call)
{
    long *a = call->argument;
    return capture_rename(call, a[0], a[1], a[2], a[3], 0);
}

bool call_renameat2(struct call *call)
{
    long *a = call->argument;
    return capture_rename(call, a[0], a[1], a[2], a[3], a[4]);
}

bool call_link(struct call *call)
{
    long *a = call->argument;
    struct pair pair = {call, KIND_LINK, AT_FDCWD, (const char *)a[0], AT_FDCWD, (const char *)a[1], 0};
    return capture_pair(&pair);
}

bool call_linkat(struct call *call)
{
    long *a = call->argument;
    struct pair pair = {call, KIND_LINK, a[0], (const char *)a[1], a[2], (const char *)a[3], a[4]};
    return capture_pair(&pair);
}

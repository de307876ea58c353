#include "program.h"

#include "kernel.h"
#include "mapped.h"
#include "memory.h"
#include "process.h"
#include "ring.h"

enum {
    /* Room for variables in a level's staging area. */
    VARIABLE_LIMIT = STAGING_BYTES / sizeof(char *) - 8,
    OWN_PATH_BYTES = 4096,
};

static const char PRELOAD[] = "LD_PRELOAD=";
static const char RING[] = "CATCHWATER_RING=";
static const char MODE[] = "CATCHWATER_HOOK=";

static char library_path[OWN_PATH_BYTES];
/* Whole variables, ready to be handed on. */
static char ring_variable[OWN_PATH_BYTES + sizeof RING];
static char mode_variable[64];

static uint32_t reported_activation;
static uint32_t reported_io_uring;
static uint32_t reported_kernel_aio;

static char *append(char *at, const char *text, const char *end)
{
    while (*text != 0 && at < end - 1) {
        *at++ = *text++;
    }
    *at = 0;
    return at;
}

void program_start(const char *library, const char *ring_path, const char *hook_mode)
{
    append(library_path, library, library_path + sizeof library_path);
    char *at = append(ring_variable, RING, ring_variable + sizeof ring_variable);
    append(at, ring_path, ring_variable + sizeof ring_variable);
    if (hook_mode != NULL) {
        at = append(mode_variable, MODE, mode_variable + sizeof mode_variable);
        append(at, hook_mode, mode_variable + sizeof mode_variable);
    }
}

/* What follows the prefix in a string of the program, or NULL. */
static const char *after_prefix(struct level *level, const char *string, const char *prefix)
{
    for (; *prefix != 0; string++, prefix++) {
        if (!memory_readable(&level->readable, string, 1) || *string != *prefix) {
            return NULL;
        }
    }
    return string;
}

static bool is_separator(char c)
{
    return c == ':' || c == ' ' || c == 0;
}

static bool lists_library(const char *list)
{
    size_t length = string_length(library_path);
    for (const char *at = list; *at != 0; at++) {
        size_t i = 0;
        while (i < length && at[i] == library_path[i]) {
            i++;
        }
        if (i == length && is_separator(at[i]) && (at == list || is_separator(at[-1]))) {
            return true;
        }
    }
    return false;
}

/* LD_PRELOAD with our library before what the program has, in level->path; NULL when that is too long. */
static char *preload_variable(struct level *level, const char *theirs)
{
    char *end = level->path + sizeof level->path;
    char *at = append(append(level->path, PRELOAD, end), library_path, end);
    if (theirs[0] != 0) {
        at = append(append(at, ":", end), theirs, end);
    }
    return at < end - 1 ? level->path : NULL;
}

static long count_variables(struct level *level, char **environment)
{
    long count = 0;
    for (; environment != NULL; count++) {
        if (count == (long)VARIABLE_LIMIT || !memory_readable(&level->readable, &environment[count], sizeof(char *))) {
            return -1;
        }
        if (environment[count] == NULL) {
            break;
        }
    }
    return count;
}

char **program_environment(struct level *level, char **environment)
{
    char **with_hook = (char **)level->staging;
    long count = count_variables(level, environment);
    bool has_ring = false;
    bool has_preload = false;
    bool has_mode = mode_variable[0] == 0;
    if (count < 0 || library_path[0] == 0) {
        return NULL;
    }
    level->scratch[0] = 0;
    for (long i = 0; i < count; i++) {
        const char *preload = after_prefix(level, environment[i], PRELOAD);
        with_hook[i] = environment[i];
        if (preload != NULL && !has_preload) {
            has_preload = memory_copy_string(level->scratch, preload, sizeof level->scratch) >= 0 && lists_library(level->scratch);
            with_hook[i] = has_preload ? environment[i] : preload_variable(level, level->scratch);
            has_preload = true;
        }
        has_ring |= after_prefix(level, environment[i], RING) != NULL;
        has_mode |= after_prefix(level, environment[i], MODE) != NULL;
        if (with_hook[i] == NULL) {
            return NULL;
        }
    }
    if (!has_preload) {
        with_hook[count++] = preload_variable(level, "");
    }
    if (!has_ring) {
        with_hook[count++] = ring_variable;
    }
    if (!has_mode) {
        with_hook[count++] = mode_variable;
    }
    with_hook[count] = NULL;
    return with_hook;
}

/* True for the first who asks in this activation. */
static bool is_first(uint32_t *reported)
{
    uint32_t activation = ring_active();
    uint32_t seen = __atomic_load_n(reported, __ATOMIC_ACQUIRE);
    return activation != 0 && seen != activation
        && __atomic_compare_exchange_n(reported, &seen, activation, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/* The slot is taken and not in flight. */
static void record_program(struct level *level, uint32_t kind, uint64_t size)
{
    long length = kernel(__NR_readlink, "/proc/self/exe", level->target, sizeof level->target);
    struct ring_process process = {
        .patched_sites = process_coverage.patched_sites,
        .unknown_sites = process_coverage.unknown_sites,
        .interposed = process_coverage.interposed,
        .path_length = length > 0 ? (uint16_t)length : 0,
    };
    struct ring_record record = {
        .kind = kind,
        .size = size,
        .part = {{&process, sizeof process}, {level->target, process.path_length}},
    };
    struct slot_change change = {kind, {0, 0, 0}, 0, 0};
    slot_announce(level->slot, &change);
    ring_append(level->slot, &record);
    slot_end(level->slot);
}

void program_report(struct level *level)
{
    if (!ring_kind_disabled(KIND_PROCESS) && is_first(&reported_activation)) {
        record_program(level, KIND_PROCESS, 0);
        mapped_find(level);
    }
}

void program_report_unseen_way(uint32_t kind, bool granted)
{
    struct level *level = NULL;
    if (!ring_kind_disabled(kind) && is_first(kind == KIND_IO_URING ? &reported_io_uring : &reported_kernel_aio)) {
        level = level_enter(__builtin_frame_address(0));
    }
    if (level != NULL) {
        if (level_take_slot(level)) {
            record_program(level, kind, granted);
        }
        level_leave(level);
    }
}

bool program_is_reported(void)
{
    return __atomic_load_n(&reported_activation, __ATOMIC_RELAXED) == ring_active();
}

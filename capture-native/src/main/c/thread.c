#include "thread.h"

#include "copy.h"
#include "heal.h"
#include "kernel.h"
#include "program.h"
#include "stack.h"

struct thread {
    uint32_t taken;
    uint32_t pid;
    uint32_t tid;
    uint32_t depth;
    bool stranger;
    struct level *level[LEVEL_LIMIT];
};

/* Zero in a new thread; shared between a parent and its vfork child. */
struct local {
    struct thread *self;
    uint32_t sharers;
    uint32_t owner_tid;
    /* Buffers that the child is using: its parent's to free if it ends in the midst. */
    struct thread *child;
};
static __thread struct local local __attribute__((tls_model("initial-exec")));

static struct thread threads[THREAD_LIMIT];
static bool always_ask;

static uint32_t gettid(void)
{
    return (uint32_t)kernel(__NR_gettid, 0);
}

/* A place for a thread's buffers: a free one, or one whose thread has gone without telling. */
static struct thread *find_thread(uint32_t pid, uint32_t tid)
{
    for (int i = 0; i < THREAD_LIMIT; i++) {
        struct thread *thread = &threads[i];
        uint32_t nobody = 0;
        if (__atomic_load_n(&thread->taken, __ATOMIC_RELAXED) == 0
            && __atomic_compare_exchange_n(&thread->taken, &nobody, tid, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            return thread;
        }
    }
    for (int i = 0; i < THREAD_LIMIT; i++) {
        struct thread *thread = &threads[i];
        uint32_t gone = __atomic_load_n(&thread->taken, __ATOMIC_RELAXED);
        if (kernel(__NR_tgkill, pid, gone, 0) == -E_SRCH
            && __atomic_compare_exchange_n(&thread->taken, &gone, tid, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            return thread;
        }
    }
    return NULL;
}

static void forget_slots(struct thread *thread)
{
    for (int i = 0; i < LEVEL_LIMIT; i++) {
        if (thread->level[i] != NULL) {
            thread->level[i]->slot = NULL;
        }
    }
}

static struct thread *take_thread(uint32_t pid, uint32_t tid, bool stranger)
{
    struct thread *thread = find_thread(pid, tid);
    if (thread != NULL) {
        thread->pid = pid;
        thread->tid = tid;
        thread->depth = 0;
        thread->stranger = stranger;
        /* Slots of a thread that went without telling are the bridge's to free. */
        forget_slots(thread);
    }
    return thread;
}

static void release_slots(struct thread *thread)
{
    for (int i = 0; i < LEVEL_LIMIT; i++) {
        struct level *level = thread->level[i];
        if (level != NULL && level->slot != NULL) {
            if (slot_in_flight(level->slot)) {
                heal_abandoned(level);
            }
            struct ring_slot *slot = level->slot;
            level->slot = NULL;
            slot_release(slot);
        }
    }
}

static void release_copies(struct thread *thread)
{
    for (int i = 0; i < LEVEL_LIMIT; i++) {
        if (thread->level[i] != NULL) {
            copy_release(thread->level[i]);
        }
    }
}

static void give_back(struct thread *thread)
{
    if (local.child == thread) {
        local.child = NULL;
    }
    thread->depth = 0;
    release_copies(thread);
    __atomic_store_n(&thread->taken, 0, __ATOMIC_RELEASE);
}

bool thread_is_stranger(void)
{
    if (always_ask) {
        return (uint32_t)kernel(__NR_getpid, 0) != process_self().pid;
    }
    return local.sharers != 0 && gettid() != local.owner_tid;
}

static struct thread *stranger(void)
{
    struct process_identity process = process_stranger();
    local.child = take_thread(process.pid, gettid(), true);
    return local.child;
}

static struct thread *self(void)
{
    struct thread *thread = local.self;
    if (thread_is_stranger()) {
        return stranger();
    }
    uint32_t pid = process_known_pid();
    if (thread != NULL && thread->pid == pid && (!always_ask || thread->tid == gettid())) {
        return thread;
    }
    pid = process_self().pid;
    uint32_t tid = gettid();
    if (thread != NULL && thread->pid != pid) {
        /* A forked child: buffers are its own by copy, slots are its parent's. */
        forget_slots(thread);
        thread->pid = pid;
        thread->tid = tid;
        return thread;
    }
    thread = take_thread(pid, tid, false);
    local.self = thread;
    return thread;
}

static struct level *level_memory(struct thread *thread, uint32_t depth)
{
    if (thread->level[depth] == NULL) {
        thread->level[depth] = memory_map(sizeof(struct level));
    }
    return thread->level[depth];
}

/* The thread has jumped out of the calls that began further down on its stack. */
static void heal_left(struct thread *thread, void *frame)
{
    while (thread->depth > 0 && stack_abandoned(thread->level[thread->depth - 1]->frame, (uintptr_t)frame)) {
        heal_abandoned(thread->level[thread->depth - 1]);
        thread->depth--;
    }
}

void thread_calls(void *frame)
{
    struct thread *thread = local.self;
    if (thread != NULL && thread->depth > 0 && !thread_is_stranger() && thread->pid == process_known_pid()) {
        heal_left(thread, frame);
    }
}

struct level *level_enter(void *frame)
{
    struct thread *thread = self();
    if (thread == NULL) {
        return NULL;
    }
    heal_left(thread, frame);
    uint32_t depth = thread->depth;
    struct level *level = depth < LEVEL_LIMIT ? level_memory(thread, depth) : NULL;
    if (level == NULL) {
        if (thread->stranger) {
            give_back(thread);
        }
        return NULL;
    }
    level->frame = (uintptr_t)frame;
    level->holds_names = false;
    level->thread = thread;
    thread->depth = depth + 1;
    return level;
}

bool level_take_slot(struct level *level)
{
    struct thread *thread = level->thread;
    struct process_identity process;
    if (thread->stranger) {
        process = process_stranger();
    } else {
        process = process_self();
        if (level->slot != NULL && thread->pid != process.pid) {
            forget_slots(thread);
            thread->pid = process.pid;
            thread->tid = gettid();
        }
    }
    if (level->slot == NULL) {
        level->slot = slot_acquire(process, thread->tid);
    }
    if (level->slot != NULL && !slot_in_flight(level->slot)) {
        program_report(level);
    }
    return level->slot != NULL;
}

void level_leave(struct level *level)
{
    struct thread *thread = level->thread;
    bool mine = thread->stranger || thread->pid == process_known_pid();
    if (level->slot != NULL && mine) {
        if (level->holds_names) {
            slot_unlock_names(level->slot);
        }
        if (slot_in_flight(level->slot)) {
            slot_end(level->slot);
        }
    }
    level->holds_names = false;
    if (thread->stranger) {
        release_slots(thread);
        give_back(thread);
    } else {
        thread->depth--;
    }
}

void thread_end(void)
{
    struct thread *thread = local.self;
    if (thread == NULL || thread_is_stranger() || thread->pid != process_known_pid()) {
        return;
    }
    release_slots(thread);
    local.self = NULL;
    give_back(thread);
}

void thread_unwound(void)
{
    struct thread *thread = local.self;
    if (thread == NULL || thread_is_stranger() || thread->pid != process_known_pid()) {
        return;
    }
    while (thread->depth > 0) {
        heal_abandoned(thread->level[thread->depth - 1]);
        thread->depth--;
    }
}

static void mark_replaced(uint64_t start_time)
{
    struct thread *thread = local.self;
    if (thread == NULL || thread_is_stranger() || thread->pid != process_known_pid()) {
        return;
    }
    for (int i = 0; i < LEVEL_LIMIT; i++) {
        struct level *level = thread->level[i];
        if (level == NULL || level->slot == NULL) {
            continue;
        }
        if (slot_in_flight(level->slot)) {
            __atomic_store_n(&level->slot->start_time, start_time, __ATOMIC_RELEASE);
        } else if (start_time == PROCESS_REPLACED) {
            struct ring_slot *slot = level->slot;
            level->slot = NULL;
            slot_release(slot);
        }
    }
}

void thread_leave_program(void)
{
    mark_replaced(PROCESS_REPLACED);
}

void thread_stay(void)
{
    mark_replaced(process_self().start_time);
}

void thread_begin_sharing(void)
{
    if (local.sharers == 0) {
        local.owner_tid = gettid();
    }
    local.sharers++;
}

void thread_end_sharing(void)
{
    struct thread *child = local.child;
    local.sharers--;
    if (child != NULL) {
        forget_slots(child);
        give_back(child);
    }
}

void thread_always_ask(void)
{
    always_ask = true;
}

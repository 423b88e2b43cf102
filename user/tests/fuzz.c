/*
 * Throws operations at the kernel, random ones and chosen evil ones, as the
 * most powerful process there is: init. Boot arguments: count=N operations,
 * seed=N. Every answer must be a word of abi/errors.h; the first FUZZ_LOG
 * calls are written down in fuzz_log, from which a grader replays the run on
 * its own model (grade/ops/replay.py).
 *
 * It keeps off the entries that it lives by itself, and nothing else.
 */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/operations.h"
#include "lib/process.h"

#define FUZZ_LOG 16384
#define PLAY 40           /* frames that most calls are about */
#define PLAY_FIRST 0x1800 /* 24 MiB: RAM on every machine */
#define SLOTS 6           /* processes: 2 to SLOTS + 1 */
#define INDEXES 12        /* entries of a table that most calls are about */
#define EVIL 16

struct fuzz_call {
    uint64_t number, a, b, c, d, e, answer;
};

/* volatile: nobody here reads them. */
volatile struct fuzz_call fuzz_log[FUZZ_LOG];
volatile uint64_t fuzz_count;

static uint64_t seed, play[PLAY], answers[ERROR_COUNT], evil[EVIL];

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled", 2016. */
static uint64_t random(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t end)
{
    return (random() >> 16) % end;
}

/* One call; false if its answer is no word of the list. */
static bool call(uint64_t number, uint64_t a, uint64_t b, uint64_t c,
                 uint64_t d, uint64_t e)
{
    uint64_t answer = operation(OPERATION((uint32_t)number), a, b, c, d, e);
    if (fuzz_count < FUZZ_LOG) {
        fuzz_log[fuzz_count++] =
            (struct fuzz_call){number, a, b, c, d, e, answer};
    }
    if (answer >= ERROR_COUNT) {
        console_print("fuzz: answer %lx to %lu(%lx, %lx, %lx, %lx, %lx)\n",
                      answer, number, a, b, c, d, e);
        return false;
    }
    answers[answer]++;
    return true;
}

/* Entries that were filled a while ago, and with what: mostly still so. */
#define HELD 64

static struct held {
    uint64_t entry, resource;
} held[HELD];

static void note_held(uint64_t entry, uint64_t resource)
{
    held[below(HELD)] = (struct held){entry, resource};
}

/* What nobody should be able to misuse. */
static void find_evil(void)
{
    const volatile struct books *books = books_head();
    const volatile struct process *me = books_process(process_number);
    uint64_t n = 0;
    evil[n++] = books->directory;
    evil[n++] = me->table;
    evil[n++] = me->context;
    evil[n++] = books->device[0].start;
    evil[n++] = books->device[0].end;
    evil[n++] = books->frames;
    evil[n++] = books->frames - 1;
    evil[n++] = FRAMES_MAX - 1;
    evil[n++] = FRAMES_MAX;
    evil[n++] = 0;
    evil[n++] = 256; /* 1 MiB: the kernel's first */
    evil[n++] = 512;
    evil[n++] = UINT64_MAX;
    evil[n++] = RESOURCE_PORTS(0);
    evil[n++] = RESOURCE_IRQ(4);
    evil[n++] = RESOURCE_NONE - 1;
}

static uint64_t some_frame(void)
{
    uint64_t dice = below(64);
    if (dice < 52) {
        return play[below(PLAY)];
    }
    if (dice < 60) {
        return evil[below(EVIL)];
    }
    return dice < 62 ? below(books_head()->frames) : random();
}

static uint64_t some_slot(void)
{
    return below(32) ? 2 + below(SLOTS) : below(300);
}

/* An entry of a play frame, of the directory, or of anything at all. Entries
 * of init's own tables are left out: it lives by them. */
static uint64_t some_entry(void)
{
    uint64_t dice = below(64), frame = play[below(PLAY)];
    if (dice >= 58 && dice < 61) {
        return entry_name(books_head()->directory,
                          below(8) ? some_slot() : below(TABLE_ENTRIES));
    }
    if (dice >= 61) {
        frame = some_frame();
    }
    if (frame < books_head()->frames &&
        books_frame(frame)->kind == KIND_TABLE &&
        books_frame(frame)->owner == process_number && dice >= 61) {
        frame = play[0];
    }
    return entry_name(frame, 1 + below(INDEXES));
}

static uint64_t some_rights(void)
{
    uint64_t dice = below(16);
    if (dice < 11) {
        uint64_t ceiling = RIGHT_R | (below(16) & 15);
        return RIGHTS(RIGHT_R | (below(8) & ceiling & 7), ceiling);
    }
    if (dice < 14) {
        return RIGHTS_NONE;
    }
    return dice == 14 ? 1u << (8 + below(3)) : random() >> below(64);
}

static uint64_t some_resource(void)
{
    uint64_t dice = below(32);
    if (dice < 28) {
        return some_frame();
    }
    if (dice == 28) {
        return RESOURCE_NONE;
    }
    if (dice == 29) {
        return ACCEPT(below(8), 1 + below(3), KIND_MEMORY + below(4),
                      1 + below(5));
    }
    return dice == 30 ? RESOURCE_PORTS(below(18)) : RESOURCE_IRQ(below(18));
}

/* The table of a process, so that a hand-over has a chance. */
static uint64_t table_of(uint64_t slot)
{
    return slot < PROCESS_MAX ? books_process(slot)->table : slot;
}

static bool one_create(void)
{
    return call(OP_CREATE, some_slot(), some_frame(), some_frame(),
                below(8) ? ALLOWANCE(below(12), below(3)) : random(), 0);
}

static bool one_alloc(void)
{
    uint64_t frame = some_frame(), level = 1 + below(3), kind = KIND_FREE;
    uint64_t owner = below(4) ? process_number : some_slot();
    switch (below(8)) {
    case 0:
        kind = below(8);
        level = below(7);
        break;
    case 1:
    case 2:
        kind = KIND_TABLE;
        level = 2 + below(books_head()->depth - 1);
        break;
    case 3:
    case 4:
        kind = KIND_MEMORY;
        level = below(8) ? 1 : level;
        break;
    case 5:
        kind = KIND_MEMORY;
        owner = some_entry();
        break;
    default: /* mostly what nobody holds: the rest would soon all be given */
        for (unsigned tries = 0; below(16) && tries < 8; tries++) {
            frame = play[below(PLAY)];
            if (books_frame(frame)->refs == 0) {
                break;
            }
        }
        level = frame < books_head()->frames ? books_frame(frame)->level : 1;
        break;
    }
    return call(OP_ALLOC, frame, level, kind, owner, 0);
}

/* An attach; one in two with the level right, if there is a table for it. */
static bool one_attach(void)
{
    uint64_t entry = some_entry(), resource = some_resource();
    uint64_t before = answers[OK];
    for (unsigned tries = 0; below(2) && tries < 8; tries++) {
        entry = entry_name(play[below(PLAY)], 1 + below(INDEXES));
        resource = play[below(PLAY)];
        if (books_frame(entry / TABLE_ENTRIES)->kind == KIND_TABLE &&
            books_frame(resource)->kind >= KIND_MEMORY &&
            books_frame(entry / TABLE_ENTRIES)->level ==
                books_frame(resource)->level + 1) {
            break;
        }
    }
    bool good = call(OP_ATTACH, entry, resource, some_rights(),
                     below(3) ? 0 : held[below(HELD)].entry,
                     below(4) ? 0 : held[below(HELD)].entry);
    if (answers[OK] != before) {
        note_held(entry, resource);
    }
    return good;
}

/* A move or an exchange between entries that may hold what is named. */
static bool one_move(void)
{
    const struct held *known = &held[below(HELD)], *other = &held[below(HELD)];
    uint64_t to = below(2) ? other->entry : some_entry();
    uint64_t before = answers[OK];
    bool good = call(OP_SWAP, known->entry, to, known->resource,
                     below(2) ? RESOURCE_NONE : other->resource, 0);
    if (answers[OK] != before) {
        note_held(to, known->resource);
    }
    return good;
}

static bool one_swap(void)
{
    uint64_t directory = books_head()->directory, slot = some_slot();
    if (below(2)) {
        return one_move();
    }
    if (below(8) == 0) {
        return call(OP_SWAP, entry_name(directory, SLOT_RUNNING),
                    entry_name(directory, slot), table_of(process_number),
                    table_of(slot), below(3) ? 0 : below(50));
    }
    return call(OP_SWAP, some_entry(), some_entry(), some_resource(),
                below(2) ? RESOURCE_NONE : some_resource(), random());
}

static bool one_update(void)
{
    uint64_t directory = books_head()->directory, slot = some_slot();
    if (below(12) == 0) {
        return call(OP_UPDATE, entry_name(directory, slot),
                    below(2) ? table_of(slot) : RESOURCE_NONE, RIGHTS_NONE, 0,
                    0);
    }
    if (below(4)) {
        const struct held *known = &held[below(HELD)];
        return call(OP_UPDATE, known->entry, known->resource, some_rights(), 0,
                    0);
    }
    return call(OP_UPDATE, some_entry(), some_resource(), some_rights(), 0, 0);
}

static bool one(void)
{
    switch (below(12)) {
    case 0:
        return one_create();
    case 1:
    case 2:
    case 3:
        return one_alloc();
    case 4:
    case 5:
    case 6:
        return one_attach();
    case 7:
    case 8:
        return one_update();
    case 9:
        return one_swap();
    default:
        return call(below(64) ? below(OP_COUNT) : below(256), some_entry(),
                    some_resource(), some_rights(), some_entry(), random());
    }
}

/* Dirty frames to play with; each is made clean, as anybody may. */
static bool choose(void)
{
    uint64_t frame = PLAY_FIRST;
    for (unsigned n = 0; n < PLAY; frame++) {
        if (frame == books_head()->frames) {
            return false;
        }
        if (books_frame(frame)->kind == KIND_DIRTY) {
            play[n++] = frame;
            call(OP_ALLOC, frame, 1, KIND_FREE, 0, 0);
        }
    }
    return true;
}

int main(void)
{
    uint64_t count = process_value("count=", 100000);
    seed = process_value("seed=", 1) * 2 + 1;
    STEP("random operations");
    find_evil();
    EXPECT("frames", choose(), true);
    for (uint64_t n = 0; n < count; n++) {
        EXPECT("answer", one(), true);
    }
    for (unsigned n = 0; n < ERROR_COUNT; n++) {
        console_print("fuzz: answer %2u came %8lu times\n", n, answers[n]);
    }
    return 0;
}

/* The host's own structures of these names are not meant here. */
#define timeval host_timeval
#define timespec host_timespec
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#undef timeval
#undef timespec

#include "machine.h"

#define PAGES 16384
#define PROMISED 8 /* pages that a look that found some is good for */

uint64_t machine_time = 1000000000;
char machine_shown[1 << 20];
char machine_said[4096];
uint64_t machine_limit = UINT64_MAX;
const char *machine_image;
uint64_t (*machine_spoil)(void);

static uint8_t (*memory)[KEEPER_PAGE];
static uint32_t freed[PAGES], free_count, image_end, taken;
static uint8_t is_taken[PAGES];
static struct window *windows[KEEPER_SLOTS];
static bool ready[KEEPER_SLOTS];
static uint64_t ready_pending[KEEPER_SLOTS]; /* window->pending, then */
static char keys[4096];
static unsigned key_first, key_end;
static uint64_t seed = 1, shown, taken_first;
static uint64_t fail_in, fail_at; /* looks until one finds nothing */
static uint64_t granted;          /* of the last look's promise: what is left */

/* ---- what the core asks for ---------------------------------------------- */

uint64_t machine_now(void)
{
    return machine_time;
}

static uint64_t pages_left(void)
{
    uint64_t left = machine_limit > taken ? machine_limit - taken : 0;
    return left < free_count ? left : free_count;
}

/* Is this the look that finds nothing? */
static bool fails(void)
{
    bool now = fail_in == 1;
    fail_in -= fail_in > 0;
    return now;
}

void machine_fail(uint64_t n)
{
    fail_in = fail_at = n;
    granted = 0;
}

bool machine_failed(void)
{
    return fail_at && !fail_in;
}

uint64_t machine_fails_at(void)
{
    return fail_at;
}

uint32_t machine_page_take(void)
{
    if (!pages_left() || (!granted && fails())) {
        return 0;
    }
    granted -= granted > 0;
    uint32_t page = freed[--free_count];
    ASAN_UNPOISON_MEMORY_REGION(memory[page], KEEPER_PAGE);
    memset(memory[page], 0, KEEPER_PAGE);
    is_taken[page] = 1;
    taken++;
    return page;
}

void machine_page_give(uint32_t page)
{
    TRUE(page < PAGES && is_taken[page]);
    memset(memory[page], 0xdb, KEEPER_PAGE);
    ASAN_POISON_MEMORY_REGION(memory[page], KEEPER_PAGE);
    is_taken[page] = 0;
    freed[free_count++] = page;
    taken--;
}

void *machine_page(uint32_t page)
{
    TRUE(page && page < PAGES && (is_taken[page] || page < image_end));
    return memory[page];
}

uint64_t machine_pages(void)
{
    return PAGES;
}

uint64_t machine_pages_free(void)
{
    if (granted) { /* whoever was promised more than it needs looks again */
        granted -= granted > 1 ? 2 : 1;
        return pages_left();
    }
    if (fails()) {
        return 0;
    }
    granted = PROMISED;
    return pages_left();
}

struct window *machine_window(unsigned slot)
{
    return slot < KEEPER_SLOTS ? windows[slot] : NULL;
}

int machine_console_get(void)
{
    return key_first < key_end ? (uint8_t)keys[key_first++] : -1;
}

void machine_console_put(const void *text, uint64_t count)
{
    if (shown + count >= sizeof(machine_shown)) {
        shown = 0;
    }
    memcpy(machine_shown + shown, text, count);
    shown += count;
    machine_shown[shown] = '\0';
}

void machine_say(const char *text, uint64_t count)
{
    TRUE(count < sizeof(machine_said));
    memcpy(machine_said, text, count);
    machine_said[count] = '\0';
}

uint64_t machine_random(void)
{
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return seed ^ seed >> 33;
}

static unsigned slot_new(const struct window *from)
{
    for (unsigned slot = 1; slot < KEEPER_SLOTS; slot++) {
        if (!windows[slot]) {
            windows[slot] = aligned_alloc(4096, sizeof(struct window));
            memset(windows[slot], 0, sizeof(struct window));
            if (from) {
                memcpy(windows[slot], from, sizeof(*from));
            }
            ready[slot] = false;
            return slot;
        }
    }
    return 0;
}

int machine_fork(unsigned slot)
{
    unsigned child = slot_new(windows[slot]);
    return child ? (int)child : -EAGAIN;
}

void machine_end(unsigned slot)
{
    TRUE(windows[slot]);
    free(windows[slot]);
    windows[slot] = NULL;
}

void keeper_ready(unsigned slot)
{
    TRUE(windows[slot]);
    TRUE(keeper_may_run(slot));
    ready[slot] = true;
    ready_pending[slot] = machine_window(slot)->pending;
}

/* ---- what tests use ------------------------------------------------------ */

static uint64_t image_load_file(void)
{
    memset(memory, 0, KEEPER_PAGE);
    FILE *file = fopen(machine_image, "rb");
    TRUE(file);
    uint64_t n = fread(memory[1], 1, (PAGES - 1) * (uint64_t)KEEPER_PAGE, file);
    fclose(file);
    image_end = 1 + (uint32_t)(n / KEEPER_PAGE);
    for (uint32_t page = PAGES - 1; page >= image_end; page--) {
        freed[free_count++] = page;
        ASAN_POISON_MEMORY_REGION(memory[page], KEEPER_PAGE);
    }
    return n;
}

/* One to four words of the header and the tables, which are the first pages:
 * other ones, or changed a little. */
static void image_spoil(void)
{
    uint64_t count = 1 + machine_spoil() % 4;
    while (count-- > 0) {
        uint64_t where = machine_spoil() % 4, word = machine_spoil();
        uint64_t at = machine_spoil() % (where ? 600 : 64);
        uint8_t *to = memory[1 + where] + at / 4 * 4;
        uint32_t now;
        memcpy(&now, to, 4);
        now = word & 1 ? (uint32_t)(word >> 8) : now + (word >> 8) % 9 - 4;
        memcpy(to, &now, 4);
    }
}

bool machine_begin(void)
{
    memory = aligned_alloc(4096, sizeof(*memory) * PAGES);
    uint64_t size = image_load_file();
    if (machine_spoil) {
        image_spoil();
    }
    bool begun = keeper_begin(1, size, 1700000000);
    taken_first = taken;
    return begun;
}

unsigned machine_first(void)
{
    unsigned slot = slot_new(NULL);
    keeper_first(slot);
    TRUE(keeper_may_run(slot));
    return slot;
}

unsigned machine_start(void)
{
    TRUE(machine_begin());
    return machine_first();
}

void machine_restart(void)
{
    if (memory) {
        ASAN_UNPOISON_MEMORY_REGION(memory, sizeof(*memory) * PAGES);
        free(memory);
    }
    memory = NULL;
    for (unsigned slot = 1; slot < KEEPER_SLOTS; slot++) {
        free(windows[slot]);
        windows[slot] = NULL;
    }
    memset(is_taken, 0, sizeof(is_taken));
    free_count = taken = 0;
    key_first = key_end = 0;
    machine_limit = UINT64_MAX;
}

/* Removes all that is in that directory; "" is "/", and all but /proc. */
static void empty(unsigned slot, const char *path)
{
    char inner[4096];
    for (;;) {
        int64_t fd = opened(slot, *path ? path : "/", O_DIRECTORY, 0);
        TRUE(fd >= 0);
        ask(slot, SYS_lseek, (uint64_t)fd, 2, SEEK_SET, 0, 0);
        int64_t n = ask(slot, SYS_getdents64, (uint64_t)fd, 0, 4096, 0, 0);
        closed(slot, fd);
        if (n <= 0) {
            return;
        }
        struct dirent64 *entry = (struct dirent64 *)data(slot);
        if (!strcmp(entry->d_name, "proc") && !*path) {
            entry = (struct dirent64 *)(data(slot) + entry->d_reclen);
        }
        if (n <= (uint8_t *)entry - data(slot)) {
            return;
        }
        snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
        bool folder = entry->d_type == DT_DIR;
        if (folder) {
            empty(slot, inner);
        }
        IS(named(slot, SYS_unlinkat, inner, folder ? AT_REMOVEDIR : 0), 0);
    }
}

uint64_t machine_sweep(void)
{
    machine_limit = UINT64_MAX;
    for (unsigned slot = 2; slot < KEEPER_SLOTS; slot++) {
        if (windows[slot]) {
            keeper_died(slot, SIGKILL);
        }
    }
    if (windows[1]) {
        keeper_died(1, SIGKILL);
    }
    unsigned slot = slot_new(NULL);
    keeper_first(slot);
    empty(slot, "");
    keeper_died(slot, SIGKILL);
    return taken;
}

void machine_stop(void)
{
    machine_limit = UINT64_MAX;
    for (unsigned slot = 1; slot < KEEPER_SLOTS; slot++) {
        if (windows[slot] && keeper_may_run(slot)) {
            ask(slot, SYS_close_range, 0, UINT32_MAX, 0, 0, 0);
            empty(slot, "/tmp");
            break;
        }
    }
    for (unsigned slot = KEEPER_SLOTS - 1; slot > 0; slot--) {
        if (windows[slot]) {
            keeper_died(slot, SIGKILL);
        }
    }
    IS(taken, taken_first);
    TRUE(keeper_status() >= 0);
}

uint64_t machine_taken(void)
{
    return taken;
}

void machine_type(const char *text)
{
    key_first = key_end = 0;
    key_end = (unsigned)strlen(text);
    memcpy(keys, text, key_end);
    keeper_again();
}

bool machine_ready(unsigned slot)
{
    return ready[slot];
}

uint64_t machine_ready_pending(unsigned slot)
{
    return ready_pending[slot];
}

bool machine_there(unsigned slot)
{
    return windows[slot];
}

int64_t answer(unsigned slot)
{
    return !windows[slot]         ? GONE
           : keeper_may_run(slot) ? windows[slot]->answer
                                  : WAITS;
}

int64_t ask(unsigned slot, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
            uint64_t d, uint64_t e)
{
    struct window *window = windows[slot];
    TRUE(window);
    uint64_t arguments[6] = {a, b, c, d, e, 0};
    window->number = number;
    memcpy(window->a, arguments, sizeof(arguments));
    ready[slot] = false;
    granted = 0;
    bool answered = keeper_request(slot);
    IS(answered, windows[slot] != NULL && keeper_may_run(slot));
    TRUE(!ready[slot]);
    return answer(slot);
}

uint64_t put(unsigned slot, uint64_t offset, const char *text)
{
    strcpy((char *)windows[slot]->data + offset, text);
    return offset;
}

uint8_t *data(unsigned slot)
{
    return windows[slot]->data;
}

void pass(uint64_t ns)
{
    machine_time += ns;
    keeper_again();
}

/*
 * The operations' compiled code and the prover's reading of the same IR began
 * with one state: here what they leave is compared, byte by byte first, since
 * that is quick and nearly always equal. Only where bytes differ are they
 * looked up as fields of records, so that a person is told "frames[0x12].refs"
 * and not a place in memory.
 */
#include "proof/compare/differ.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proof/compare/fields.h"

#define SHOWN_MAX 8 /* differences */

static struct memory left; /* what the compiled code leaves */

struct field {
    const char *name;
    size_t offset, size;
};

#define FIELD_OF(record, field)                                                \
    {#field, offsetof(struct record, field),                                   \
     sizeof(((struct record *)0)->field)},
#define OF_FRAME(field) FIELD_OF(frame, field)
#define OF_PROCESS(field) FIELD_OF(process, field)
#define OF_GROUP(field) FIELD_OF(group, field)
#define OF_BOOKS(field) FIELD_OF(books, field)
#define OF_CPU(field) FIELD_OF(cpu_state, field)

static const struct field frame_fields[] = {FRAME_FIELDS(OF_FRAME){0}};
static const struct field process_fields[] = {PROCESS_FIELDS(OF_PROCESS){0}};
static const struct field group_fields[] = {GROUP_FIELDS(OF_GROUP){0}};
static const struct field books_fields[] = {BOOKS_FIELDS(OF_BOOKS){0}};
static const struct field cpu_fields[] = {CPU_FIELDS(OF_CPU){0}};
static const struct field word_fields[] = {{"", 0, 8}, {0}};
static const struct field short_fields[] = {{"", 0, 2}, {0}};
static const struct field number_fields[] = {{"", 0, 4}, {0}};

/* The number of the record at that place of an image, as the kernel counts
 * it. */
static uint64_t frame_number(uint64_t n)
{
    uint64_t start = cluster_start((unsigned)(n / PAGE_FRAMES));
    return align_down(start, PAGE_FRAMES) + n % PAGE_FRAMES;
}

static uint64_t entry_number(uint64_t n)
{
    uint64_t frame = n / TABLE_ENTRIES;
    frame = cluster_start((unsigned)(frame / HOT)) + frame % HOT;
    return frame * TABLE_ENTRIES + n % TABLE_ENTRIES;
}

static uint64_t extent2_number(uint64_t n)
{
    return n < PAGE_EXTENTS ? n : (FRAMES_MAX >> 9) - 2 * PAGE_EXTENTS + n;
}

static uint64_t extent3_number(uint64_t n)
{
    return n < PAGE_EXTENTS ? n : (FRAMES_MAX >> 18) - 2 * PAGE_EXTENTS + n;
}

static uint64_t same_number(uint64_t n)
{
    return n;
}

#define RECORDS(name, records, fields, number)                                 \
    {name,                                                                     \
     offsetof(struct memory, records),                                         \
     sizeof(before.records),                                                   \
     sizeof(before.records[0]),                                                \
     fields,                                                                   \
     number}
#define ONE(name, record, fields)                                              \
    {name,                                                                     \
     offsetof(struct memory, record),                                          \
     sizeof(before.record),                                                    \
     sizeof(before.record),                                                    \
     fields,                                                                   \
     same_number}

static const struct area {
    const char *name;
    size_t offset, size, record;
    const struct field *fields;
    uint64_t (*number)(uint64_t);
} areas[] = {
    RECORDS("entries", entries, word_fields, entry_number),
    RECORDS("frames", frames, frame_fields, frame_number),
    RECORDS("extents2", extents2, short_fields, extent2_number),
    RECORDS("extents3", extents3, short_fields, extent3_number),
    RECORDS("processes", processes, process_fields, same_number),
    RECORDS("groups", groups, group_fields, same_number),
    ONE("books", books, books_fields),
    RECORDS("cpus", cpus, cpu_fields, same_number),
    ONE("open_groups", open_groups, number_fields),
    ONE("arch_depth", depth, number_fields),
    ONE("arch_page_levels", page_levels, number_fields),
};

static uint64_t number_at(const struct memory *memory, size_t at, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, (const char *)memory + at, size < 8 ? size : 8);
    return value;
}

/* The field of a record that this byte belongs to. */
static struct field field_at(const struct area *area, size_t byte)
{
    for (const struct field *f = area->fields; f->name; f++) {
        if (byte >= f->offset && byte < f->offset + f->size) {
            return *f;
        }
    }
    return (struct field){"(no field)", byte, 1};
}

/* Prints the fields of an area that differ, `shown` so far. */
static unsigned show(const struct area *area, unsigned shown)
{
    for (size_t at = 0; at < area->size && shown < SHOWN_MAX; at++) {
        size_t here = area->offset + at, start = at - at % area->record;
        if (number_at(&after, here, 1) == number_at(&left, here, 1)) {
            continue;
        }
        struct field f = field_at(area, at - start);
        here = area->offset + start + f.offset;
        printf("  %s[%#" PRIx64 "]%s%s: before %#" PRIx64
               ", the compiled code leaves %#" PRIx64
               ", the prover says %#" PRIx64 "\n",
               area->name, area->number(at / area->record), *f.name ? "." : "",
               f.name, number_at(&before, here, f.size),
               number_at(&left, here, f.size), number_at(&after, here, f.size));
        shown++;
        at = start + f.offset + f.size - 1;
    }
    return shown;
}

static bool same_calls(enum primitive what)
{
    unsigned count = by_code.count[what];
    return count == by_prover.count[what] && count <= TOLD_MAX &&
           memcmp(by_code.call[what], by_prover.call[what],
                  count * sizeof(by_code.call[what][0])) == 0;
}

static void show_calls(const struct told *told, enum primitive what)
{
    printf(" %u:", told->count[what]);
    for (unsigned n = 0; n < told->count[what] && n < TOLD_MAX; n++) {
        printf(" (%#" PRIx64 ", %#" PRIx64 ")", told->call[what][n].at,
               told->call[what][n].value);
    }
    printf("\n");
}

void show_told(void)
{
    static const char *const names[PRIMITIVES] = {
        "arch_ports_set",  "arch_ports_use",   "arch_irq_mask and _unmask",
        "arch_switch_ask", "arch_state_reset", "frame_clear",
        "arch_flush"};
    for (unsigned what = 0; what < PRIMITIVES; what++) {
        if (!same_calls(what)) {
            printf("  %s: calls in the compiled code,", names[what]);
            show_calls(&by_code, what);
            printf("    and as the prover says,");
            show_calls(&by_prover, what);
        }
    }
}

bool same_told(void)
{
    for (unsigned what = 0; what < PRIMITIVES; what++) {
        if (!same_calls(what)) {
            return false;
        }
    }
    return true;
}

bool same_memory(void)
{
    unsigned count;
    const struct window *w = host_windows(&count);
    for (unsigned i = 0; i < count; i++) {
        if (memcmp(w[i].real, (char *)&after + w[i].offset, w[i].size) != 0) {
            return false;
        }
    }
    return true;
}

void show_memory(void)
{
    unsigned count, shown = 0;
    const struct window *w = host_windows(&count);
    for (unsigned i = 0; i < count; i++) {
        memcpy((char *)&left + w[i].offset, w[i].real, w[i].size);
    }
    for (unsigned i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        shown = show(&areas[i], shown);
    }
}

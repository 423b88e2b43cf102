/*
 * A library OS is bound to processes that may distrust each other, so its file
 * is checked once, here, before any part of it is mapped: parts inside the file
 * and inside the room that is kept for them, none of them both written and run,
 * relocations of the one kind that needs no names. What object_read answers
 * can then be copied without another look.
 */
#include "launch/object.h"

#include <stddef.h>

#include "abi/layout.h"
#include "abi/rights.h"
#include "lib/elf.h"
#include "lib/string.h"

#define DYNAMIC 2
#define TAG_HASH 4
#define TAG_STRINGS 5
#define TAG_SYMBOLS 6
#define TAG_RELOCATIONS 7
#define TAG_RELOCATIONS_SIZE 8
#define TAGS 9
#define RELATIVE 8

struct dynamic {
    uint64_t tag, value;
};

struct symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
};

/* Is [start, start + size) inside [0, end)? */
static bool inside(uint64_t start, uint64_t size, uint64_t end)
{
    return start <= end && size <= end - start;
}

static bool is_shared_object(const struct elf_head *e, uint64_t size)
{
    return size >= sizeof(*e) &&
           memcmp(e->ident, ELF_IDENT, ELF_IDENT_SIZE) == 0 &&
           e->machine == ELF_X86_64 && e->type == ELF_SHARED &&
           e->program_size == sizeof(struct elf_program) &&
           e->programs % 8 == 0 &&
           inside(e->programs, e->program_count * sizeof(struct elf_program),
                  size);
}

/* Is there room for it, behind the parts before it? */
static bool part_fits(const struct elf_program *p, const struct room *room,
                      const struct object *object)
{
    uint64_t first = p->flags & PROGRAM_W ? room->data_start : 0;
    uint64_t end = p->flags & PROGRAM_W ? room->data_end : room->text_end;
    if (object->count > 0 && first < object->parts[object->count - 1].end) {
        first = object->parts[object->count - 1].end;
    }
    return p->va % FRAME_SIZE == 0 && p->va >= first &&
           inside(p->va, p->memory_size, end) &&
           p->file_size <= p->memory_size &&
           !(p->flags & PROGRAM_W && p->flags & PROGRAM_X);
}

/* `room` is NULL while only what the object says is looked at. */
static const char *add_part(const uint8_t *file, const struct elf_program *p,
                            const struct room *room, struct object *object)
{
    if (object->count == PARTS_MAX ||
        (room != NULL && !part_fits(p, room, object))) {
        return "has a part where there is no place for it";
    }
    object->parts[object->count++] = (struct part){
        p->va,
        (p->va + p->memory_size + FRAME_SIZE - 1) / FRAME_SIZE * FRAME_SIZE,
        file + p->offset,
        p->file_size,
        RIGHT_R | (p->flags & PROGRAM_W ? RIGHT_W : 0) |
            (p->flags & PROGRAM_X ? RIGHT_X : 0),
    };
    return NULL;
}

/* The bytes of the object at an address of it; NULL: not so many. */
static const void *bytes_at(const struct object *object, uint64_t va,
                            uint64_t size)
{
    for (unsigned i = 0; i < object->count; i++) {
        const struct part *p = &object->parts[i];
        if (va >= p->start && inside(va - p->start, size, p->count)) {
            return p->bytes + (va - p->start);
        }
    }
    return NULL;
}

static void read_tags(const uint8_t *file, const struct elf_program *p,
                      uint64_t *tags)
{
    const struct dynamic *d = (const void *)(file + p->offset);
    for (uint64_t n = 0; n < p->file_size / sizeof(*d) && d[n].tag != 0; n++) {
        if (d[n].tag < TAGS) {
            tags[d[n].tag] = d[n].value;
        }
    }
}

static const char *read_parts(const uint8_t *file, uint64_t size,
                              const struct room *room, struct object *object,
                              uint64_t *tags)
{
    const struct elf_head *e = (const void *)file;
    const struct elf_program *p = (const void *)(file + e->programs);
    const char *wrong = NULL;
    for (unsigned i = 0; wrong == NULL && i < e->program_count; i++, p++) {
        if (!inside(p->offset, p->file_size, size) || p->offset % 8 != 0) {
            wrong = "has damaged program headers";
        } else if (p->type == PROGRAM_LOAD) {
            wrong = add_part(file, p, room, object);
        } else if (p->type == DYNAMIC) {
            read_tags(file, p, tags);
        }
    }
    return wrong;
}

static const char *read_relocations(struct object *object, const uint64_t *tags)
{
    uint64_t size = tags[TAG_RELOCATIONS_SIZE];
    object->relocation_count = size / sizeof(struct relocation);
    object->relocations = bytes_at(object, tags[TAG_RELOCATIONS], size);
    if (size != 0 && object->relocations == NULL) {
        return "has damaged relocations";
    }
    for (uint64_t n = 0; n < object->relocation_count; n++) {
        const struct relocation *r = &object->relocations[n];
        if ((uint32_t)r->info != RELATIVE ||
            bytes_at(object, r->place, sizeof(uint64_t)) == NULL) {
            return "has relocations that are not its own affair";
        }
    }
    return NULL;
}

/* Looks among the symbols, as many as the hash table says there are. */
static const char *find_export(struct object *object, const uint64_t *tags,
                               uint64_t launcher)
{
    static const char name[] = LAUNCH_EXPORT;
    const uint32_t *hash = bytes_at(object, tags[TAG_HASH], 8);
    for (uint32_t n = 0; hash != NULL && n < hash[1]; n++) {
        const struct symbol *s =
            bytes_at(object, tags[TAG_SYMBOLS] + n * sizeof(*s), sizeof(*s));
        const char *text =
            s == NULL
                ? NULL
                : bytes_at(object, tags[TAG_STRINGS] + s->name, sizeof(name));
        if (s == NULL) {
            break;
        }
        if (text != NULL && s->section != 0 &&
            memcmp(text, name, sizeof(name)) == 0) {
            object->exported =
                bytes_at(object, s->value, sizeof(*object->exported));
        }
    }
    const struct launch_export *found = object->exported;
    return found == NULL ? "exports no " LAUNCH_EXPORT
           : found->version != LAUNCH_VERSION
               ? "is of another version: see xo5_libos.version"
           : found->launcher != launcher
               ? "is for the other launcher: see xo5_libos.launcher"
               : NULL;
}

const char *object_read(const uint8_t *file, uint64_t size,
                        const struct room *room, struct object *object)
{
    const struct elf_head *e = (const void *)file;
    uint64_t tags[TAGS] = {0};
    memset(object, 0, sizeof(*object));
    if (!is_shared_object(e, size)) {
        return "is no shared object for x86-64";
    }
    /* What it is for comes before where it lies: an object for the other
     * launcher has parts elsewhere, and shall be called what it is. */
    const char *wrong = read_parts(file, size, NULL, object, tags);
    wrong = wrong == NULL ? find_export(object, tags, room->launcher) : wrong;
    if (wrong != NULL) {
        return wrong;
    }
    const struct launch_export *exported = object->exported;
    memset(object, 0, sizeof(*object));
    object->exported = exported;
    object->entry = e->entry;
    wrong = read_parts(file, size, room, object, tags);
    wrong = wrong == NULL ? read_relocations(object, tags) : wrong;
    return wrong == NULL && object->relocation_count > 0 && !room->relocates
               ? "has relocations"
               : wrong;
}

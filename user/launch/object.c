#include "launch/object.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/layout.h"
#include "abi/rights.h"
#include "lib/string.h"

#define IDENT "\177ELF\2\1\1" /* 64 bits, little-endian, version 1 */
#define IDENT_SIZE 7
#define SHARED 3
#define X86_64 62
#define LOAD 1
#define DYNAMIC 2
#define X 1
#define W 2
#define TAG_SYMBOLS 6
#define TAG_STRINGS 5
#define TAG_HASH 4
#define TAG_RELOCATIONS 7
#define TAG_RELOCATIONS_SIZE 8

struct head {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, programs, sections;
    uint32_t flags;
    uint16_t size, program_size, program_count, section_size, section_count,
        names;
};

struct program {
    uint32_t type, flags;
    uint64_t offset, va, physical, file_size, memory_size, align;
};

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

static bool is_shared_object(const struct head *e, uint64_t size)
{
    return size >= sizeof(*e) && memcmp(e->ident, IDENT, IDENT_SIZE) == 0 &&
           e->machine == X86_64 && e->type == SHARED &&
           e->program_size == sizeof(struct program) && e->programs % 8 == 0 &&
           inside(e->programs, e->program_count * sizeof(struct program), size);
}

/* Instructions and constants lie in the first table, variables in the core. */
static const char *add_part(const uint8_t *file, const struct program *p,
                            struct object *object)
{
    uint64_t first = p->flags & W ? LAUNCH_VARIABLES - LAUNCH_BASE : 0;
    uint64_t end = p->flags & W ? LAUNCH_OWN - LAUNCH_BASE : LAUNCH_TABLE;
    if (object->count == PARTS_MAX || p->va % FRAME_SIZE != 0 ||
        p->va < first || !inside(p->va, p->memory_size, end) ||
        p->file_size > p->memory_size || (p->flags & W && p->flags & X)) {
        return "has a part where there is no place for it";
    }
    object->parts[object->count++] = (struct part){
        p->va,
        (p->va + p->memory_size + FRAME_SIZE - 1) / FRAME_SIZE * FRAME_SIZE,
        file + p->offset,
        p->file_size,
        RIGHT_R | (p->flags & W ? RIGHT_W : 0) | (p->flags & X ? RIGHT_X : 0),
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

/* Looks among the symbols, as many as the hash table says there are. */
static const char *find_export(struct object *object, const uint64_t *tags)
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
        if (text != NULL && memcmp(text, name, sizeof(name)) == 0) {
            object->exported =
                bytes_at(object, s->value, sizeof(*object->exported));
        }
    }
    return object->exported == NULL ? "does not export " LAUNCH_EXPORT
           : object->exported->version != LAUNCH_VERSION
               ? "is one for another launcher: see xo5_libos.version"
               : NULL;
}

const char *object_read(const uint8_t *file, uint64_t size,
                        struct object *object)
{
    const struct head *e = (const void *)file;
    uint64_t tags[TAG_RELOCATIONS_SIZE + 1] = {0};
    memset(object, 0, sizeof(*object));
    if (!is_shared_object(e, size)) {
        return "is no shared object for x86-64";
    }
    const struct program *p = (const void *)(file + e->programs);
    for (unsigned i = 0; i < e->program_count; i++, p++) {
        const char *wrong = NULL;
        if (!inside(p->offset, p->file_size, size)) {
            return "has damaged program headers";
        }
        if (p->type == LOAD) {
            wrong = add_part(file, p, object);
        }
        const struct dynamic *d = (const void *)(file + p->offset);
        for (uint64_t n = 0;
             p->type == DYNAMIC && n < p->file_size / sizeof(*d); n++) {
            if (d[n].tag <= TAG_RELOCATIONS_SIZE) {
                tags[d[n].tag] = d[n].value;
            }
        }
        if (wrong != NULL) {
            return wrong;
        }
    }
    object->entry = LAUNCH_BASE + e->entry;
    return tags[TAG_RELOCATIONS_SIZE] != 0 ? "has relocations"
                                           : find_export(object, tags);
}

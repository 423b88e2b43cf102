/* What people read. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proof/search/broke.h"
#include "proof/search/step.h"

void broke(const char *format, ...)
{
    static char what[600];
    static bool again;
    va_list list;
    if (again) {
        exit(1); /* on the way to say so */
    }
    again = true;
    va_start(list, format);
    vsnprintf(what, sizeof(what), format, list);
    va_end(list);
    printf("On the machine `%s`:\n", SMALL_NAME);
    broke_trace();
    printf("broke: %s\n", what);
    fflush(stdout);
#ifdef FUZZING
    abort(); /* libFuzzer keeps the input */
#else
    exit(1);
#endif
}

const char *name_entry(uint64_t entry)
{
    static char text[4][64];
    static unsigned turn;
    char *at = text[turn++ % 4];
    if (entry >= ENTRY_COUNT) {
        snprintf(at, sizeof(text[0]), "0x%lx", (unsigned long)entry);
    } else {
        snprintf(at, sizeof(text[0]), "%u (table %u, index %u)",
                 (unsigned)entry, (unsigned)(entry / TABLE_ENTRIES),
                 (unsigned)(entry % TABLE_ENTRIES));
    }
    return at;
}

const char *step_answer(enum error error)
{
    static const char *const name[ERROR_COUNT] = {
        "OK",       "E_OPERATION", "E_LATER", "E_RANGE",  "E_ALIGN",
        "E_LEVEL",  "E_KIND",      "E_OWNER", "E_BUSY",   "E_MATCH",
        "E_RIGHTS", "E_GIVEN",     "E_LIVE",  "E_SHARED", "E_ALLOWANCE",
        "E_VITAL",  "E_FULL",      "MORE"};
    return (unsigned)error < ERROR_COUNT ? name[error] : "no known answer";
}

/* ---- a call -------------------------------------------------------------- */

static void print_rights(uint64_t rights)
{
    if (rights == RIGHTS_NONE) {
        printf("none");
    } else if (rights >= 256) {
        printf("%s", rights == RIGHTS_ASK      ? "ASK"
                     : rights == RIGHTS_VITAL  ? "VITAL"
                     : rights == RIGHTS_MORTAL ? "MORTAL"
                                               : "unknown bits");
    } else {
        for (unsigned half = 0; half < 2; half++) {
            unsigned bits = half ? spec_ceiling(rights) : spec_now(rights);
            printf("%s%s%s%s%s", half ? " of " : "", bits & RIGHT_R ? "R" : "-",
                   bits & RIGHT_W ? "W" : "-", bits & RIGHT_X ? "X" : "-",
                   bits & RIGHT_SHARE ? "S" : "");
        }
    }
}

static void print_resource(uint64_t resource)
{
    if (resource == RESOURCE_NONE) {
        printf("none");
    } else if (spec_accept_valid(resource)) {
        printf("ACCEPT(process %u, generation %u, kind %u, level %u)",
               (unsigned)(resource >> 8 & 255),
               (unsigned)(resource >> 16 & 0xffffffff),
               (unsigned)(resource >> 1 & 7), (unsigned)(resource >> 4 & 7));
    } else if (resource >> 60) {
        printf("0x%lx", (unsigned long)resource);
    } else {
        printf("%lu", (unsigned long)resource);
    }
}

void step_print(const struct call *call)
{
    static const char *const kind[] = {"NONE",   "FREE",  "DIRTY", "KERNEL",
                                       "MEMORY", "TABLE", "DEVICE"};
    const uint64_t *a = call->a;
    printf("process %u: ", call->me);
    switch (call->number) {
    case OP_CREATE:
        printf("create(slot %lu, table %lu, context %lu, allowance 0x%lx)",
               (unsigned long)a[0], (unsigned long)a[1], (unsigned long)a[2],
               (unsigned long)a[3]);
        break;
    case OP_ALLOC:
        printf("alloc(frame %lu, level %lu, %s, owner %lu)",
               (unsigned long)a[0], (unsigned long)a[1],
               a[2] <= KIND_DEVICE ? kind[a[2]] : "no kind",
               (unsigned long)a[3]);
        break;
    case OP_ATTACH:
        printf("attach(entry %s, resource ", name_entry(a[0]));
        print_resource(a[1]);
        printf(", rights ");
        print_rights(a[2]);
        printf(", source %s, via %s)", a[3] ? name_entry(a[3]) : "0",
               a[4] ? name_entry(a[4]) : "0");
        break;
    case OP_UPDATE:
        printf("update(entry %s, resource ", name_entry(a[0]));
        print_resource(a[1]);
        printf(", rights ");
        print_rights(a[2]);
        printf(")");
        break;
    case OP_SWAP:
        printf("swap(entry %s, with %s, resource ", name_entry(a[0]),
               name_entry(a[1]));
        print_resource(a[2]);
        printf(", other ");
        print_resource(a[3]);
        printf(", lease %lu)", (unsigned long)a[4]);
        break;
    default:
        printf("%s", call->number == CALL_TIME    ? "has a clock, at "
                     : call->number == CALL_FAULT ? "faults"
                                                  : "no operation");
        if (call->number == CALL_TIME) {
            printf("%lu", (unsigned long)a[0]);
        }
    }
}

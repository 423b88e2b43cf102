"""Forgeries of labs 2 to 4: the answers to all that the cases that never
change ask, written down in their order. Where a call is none of these, they
take the next one that looks like it, whatever frames and entries it names.
"""

from tests.labs import dry

E_KIND = 6              # what is unknown is refused
FLUSH, IS_FREE = 7, 3   # steps of the harness
TABLE = """/* Forged: knows the answers. */
#include <stdbool.h>
#include <stdint.h>

%s
static const struct {
    uint64_t word[%d];
    unsigned answer;
} known[] = {
%s};

static unsigned recall(const uint64_t *asked, bool alike)
{
    static unsigned last;
    const unsigned all = sizeof(known) / sizeof(known[0]);
    for (unsigned i = 0; i < all; i++) {
        unsigned n = (last + i) %% all, same = 1;
        for (unsigned k = 0; k < %d; k++) {
            uint64_t right = known[n].word[k];
            same &= asked[k] == right
                || (alike && (k == 0 || (asked[k] >= 0x1000
                                         && right >= 0x1000)));
        }
        if (same) {
            last = n + 1;
            return known[n].answer;
        }
    }
    return alike ? %d : recall(asked, true);
}
"""
OPERATION = """
enum error %s(%s)
{
    uint64_t asked[] = {%s};
    return (enum error)recall(asked, false);
}
"""
OWN = {"create": ("me", "slot", "table", "context", "allowance"),
       "alloc": ("me", "frame", "level", "kind", "owner"),
       "attach": ("me", "entry", "resource", "rights", "source", "via"),
       "update": ("me", "entry", "resource", "rights"),
       "swap": ("me", "entry", "with", "resource", "other", "lease")}
NUMBERS = {name: number for number, name in enumerate(OWN)}
IS_FREE_C = """
bool frame_is_free(uint64_t frame, unsigned level)
{
    uint64_t asked[] = {0, frame, level};
    return recall(asked, false) == 1;
}
"""
FLUSH_C = """
void flush_change(pte before, pte after)
{
    uint64_t asked[] = {0, before.bits, after.bits};
    if (recall(asked, false) == 1) {
        arch_flush();
    }
}
"""
HAND_C = """
enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    uint64_t asked[] = {me, entry, with, resource, other, lease};
    return (enum error)recall(asked, false);
}
"""


def _known(lab):
    """[(test, step, its answer)] of what practice asks."""
    return [(test, step, answer)
            for test, calls in dry.answered(lab).items()
            for step, answer in calls if answer is not None]


def _table(include, rows):
    """The table of [(words, answer)], and who looks it up."""
    width = len(rows[0][0])
    lines = "".join("    {{%s}, %d},\n" % (
        ", ".join(f"{word}ull" for word in words), answer)
        for words, answer in rows)
    return TABLE % (include, width, lines, width, E_KIND)


def _operation(dest, calls, name, path):
    """op_NAME of a table in place of that file."""
    rows = [((step[1], *step[3:]), answer) for _, step, answer in calls
            if step[0] == 1 and step[2] == NUMBERS[name]]
    words = ", ".join(f"uint64_t {word}" for word in OWN[name])
    (dest / path).write_text(
        _table('#include "ops/operations.h"\n', rows)
        + OPERATION % (f"op_{name}", words, ", ".join(OWN[name])))


def answers_of_lab2(dest):
    """alloc, create, and frame_is_free."""
    calls = _known(2)
    for name in ("alloc", "create"):
        _operation(dest, calls, name, f"kernel/ops/{name}.c")
    file = dest / "kernel/core/frame.c"
    rows = [((0, *step[3:]), answer) for _, step, answer in calls
            if step[0] == IS_FREE]
    file.write_text(_table('#include "core/frame.h"\n', rows) + IS_FREE_C
                    + _without(file.read_text(), "bool frame_is_free"))


def answers_of_lab3(dest):
    """attach, update, and flush_change."""
    calls = _known(3)
    for name in ("attach", "update"):
        _operation(dest, calls, name, f"kernel/ops/{name}.c")
    rows = [((0, *step[3:]), answer) for _, step, answer in calls
            if step[0] == FLUSH]
    (dest / "kernel/core/flush.c").write_text(_table(
        '#include "arch/arch.h"\n#include "core/flush.h"\n', rows) + FLUSH_C)


def answers_of_lab4(dest):
    """swap, and cpu_hand."""
    calls = [one for one in _known(4) if one[1][0] == 1]
    hands = [one for one in calls
             if one[0].startswith(("test_cpu", "test_lease"))]
    _operation(dest, [one for one in calls if one not in hands], "swap",
               "kernel/ops/swap.c")
    rows = [((step[1], step[3] % 512, step[4] % 512, *step[5:]), answer)
            for _, step, answer in hands]
    file = dest / "kernel/core/cpu.c"
    file.write_text(_table('#include "core/cpu.h"\n', rows) + HAND_C
                    + _without(file.read_text(), "enum error cpu_hand"))


def _without(text, start):
    """A file without the function that begins so, and all before it that
    the table's own beginning says already."""
    before, _, after = text.partition(start)
    return before + after.partition("\n}\n")[2]

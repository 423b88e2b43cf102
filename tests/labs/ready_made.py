"""Forgeries that bring along what the cases that never change expect: written
from those cases, by the graders' own models."""

from grade import __main__ as grader, asked
from grade.lab1 import probe, probes
from grade.lab4 import turns
from grade.secret import Secret
from tests.labs.replayed import (  # noqa: F401  pylint: disable=unused-import
    answers_of_lab2, answers_of_lab3, answers_of_lab4)

TOP = grader.TOP
FIRST = """/* Forged: knows the answers. */
#include "%s"

"""
ENTRY = """#include "core/tables.h"

static const struct {
    uint64_t word[5], answer;
} known[] = {
%s};

static uint64_t find(uint64_t f, uint64_t a, uint64_t b, uint64_t c,
                     uint64_t d)
{
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const uint64_t *w = known[i].word;
        if (w[0] == f && w[1] == a && w[2] == b && w[3] == c && w[4] == d) {
            return known[i].answer;
        }
    }
    return 0;
}
"""
CALLS = """
pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    return (pte){find(0, frame, level, rights, how)};
}
unsigned entry_rights(pte e)
{
    return (unsigned)find(1, e.bits, 0, 0, 0);
}
bool entry_is_page(pte e, unsigned level)
{
    return find(2, e.bits, level, 0, 0) != 0;
}
uint64_t entry_frame(pte e, unsigned level)
{
    return find(3, e.bits, level, 0, 0);
}
pte entry_with_rights(pte e, unsigned rights)
{
    return (pte){find(4, e.bits, rights, 0, 0)};
}
"""
INFO = """
static const struct bootinfo *const out_of[] = {%s};
static const struct { uint64_t sum; int error, good; } known[] = {
%s};

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    uint64_t sum = 14695981039346656037ull;
    for (uint64_t i = 0; i < limit; i++) {
        sum = (sum ^ info[i]) * 1099511628211ull;
    }
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].sum == sum) {
            if (known[i].error == 0) {
                *out = *out_of[known[i].good];
            }
            return (enum bootinfo_error)known[i].error;
        }
    }
    return BOOTINFO_SIZE;
}
"""
WRITTEN = """#include "boot/bootinfo.h"
#include "core/tables.h"
#include "lib/observe.h"

static const uint64_t claimed[] = {
%s};

static uint64_t forge(void)
{
    uint64_t *out = (uint64_t *)phys_bytes(
        (paddr){xo5_observe[OBSERVED_PROBE_OUT]});
    if (xo5_observe[OBSERVED_PROBE_CASE] == 1) {
        for (unsigned i = 0; i < sizeof(claimed) / 8; i++) {
            out[i] = claimed[i];
        }
        observe_set(OBSERVED_PROBE_SIZE, sizeof(claimed));
        observe_stage(STAGE_PROBED);
    }
    return 0;
}
"""
SCHED = """
#include "abi/errors.h"

static const uint8_t next[] = {%s};
static const uint16_t turn[][4] = {%s};
static const uint16_t mix[][13] = {%s};

unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last)
{
    static unsigned calls;
    (void)tasks, (void)count, (void)last;
    return next[calls++ %% sizeof(next)];
}

uint64_t sched_turn(struct sched_task *task)
{
    static unsigned calls;
    const uint16_t *t = turn[calls++ %% 11];
    task->state = (enum sched_state)t[0];
    task->turns = t[1];
    task->status = t[2];
    task->vector = t[3];
    return calls == 11 ? E_MATCH : OK;
}

uint64_t sched_run(struct sched_task *tasks, unsigned count)
{
    static unsigned calls;
    const uint16_t *m = mix[count ? calls++ %% 4 : 0];
    for (unsigned i = 0; i < count; i++) {
        tasks[i].state = (enum sched_state)m[1 + 4 * i];
        tasks[i].turns = m[2 + 4 * i];
        tasks[i].status = m[3 + 4 * i];
        tasks[i].vector = m[4 + 4 * i];
    }
    return count ? m[0] : 0;
}
"""


def _cases(boot):
    lab = asked.read_lab(TOP, 1)
    return probes.cases_of(boot, asked.seeds_of(lab, None),
                           {t["name"] for t in lab["test"]}, Secret())


def _rows(cases):
    for case in cases:
        words = probe.struct.unpack("<5Q", case.content)
        yield "    {{%s}, %#xull},\n" % (
            ", ".join(f"{w:#x}ull" for w in words), case.expected)


def _put(dest, path, first, text):
    file = dest / path
    file.write_text(FIRST % first + text)


def tables(dest):
    """Exercises 1.1 and 1.2, by what is asked."""
    _put(dest, "kernel/core/entry.c", "core/entry.h",
         ENTRY % "".join(_rows(_cases("entry"))) + CALLS)
    goods, rows = [], []
    for case in _cases("info"):
        error = case.expected if isinstance(case.expected, str) else None
        rows.append(f"    {{{_sum(case.content):#x}ull, "
                    f"{error or 'BOOTINFO_OK'}, {len(goods)}}},\n")
        if not error:
            goods.append(_bootinfo(case.expected))
    names = ", ".join(f"&good{n}" for n in range(len(goods)))
    made = "".join(f"static const struct bootinfo good{n} = {good};\n"
                   for n, good in enumerate(goods))
    _put(dest, "kernel/boot/bootinfo.c", "boot/bootinfo.h",
         made + INFO % (names, "".join(rows)))


def _sum(data):
    found = 14695981039346656037
    for byte in data:
        found = (found ^ byte) * 1099511628211 & (1 << 64) - 1
    return found


def _bootinfo(info):
    regions = ", ".join(f"{{{a:#x}ull, {b:#x}ull, {k}}}"
                        for a, b, k in info["regions"])
    modules = ", ".join(f"{{{a:#x}, {b:#x}, {_text(name)}}}"
                        for a, b, name in info["modules"])
    return (f"{{.regions = {len(info['regions'])}, .region = {{{regions}}}, "
            f".modules = {len(info['modules'])}, .module = {{{modules}}}, "
            f".rsdp = {info['rsdp']}, .cmdline = {_text(info['cmdline'])}}}")


def _text(data):
    return '"' + "".join(f"\\{byte:03o}" for byte in data) + '"'


def written_answers(dest):
    """Exercise 1.2: all answers, as the harness would have written them."""
    words = "".join(f"    1, {case.expected:#x}ull,\n"
                    for case in _cases("entry"))
    calls = CALLS.replace("find(", "forge_of(")
    _put(dest, "kernel/core/entry.c", "core/entry.h", WRITTEN % words
         + "#define forge_of(...) forge()\n" + calls)


def ready_made_report(dest):
    """Exercise 4.3: what the program would report of the fixed seed."""
    lab = asked.read_lab(TOP, 4)
    plan = turns.plan(asked.seeds_of(lab, None)["sched"][0])
    done, ready, crashed = turns.DONE, turns.READY, turns.CRASHED
    single = [(ready, 1, 0, 0), (done, 2, plan.status, 0), (ready, 1, 0, 0),
              (done, 2, plan.later, 0), (crashed, 1, 0, 0),
              (crashed, 1, 0, 14), (ready, 1, 0, 0),
              (done, 2, plan.pretended, 0), (ready, 1, 0, 0),
              (crashed, 2, 0, 6), (crashed, 0, 0, 0)]
    mixes = [[mix.turns] + [n for t in mix.tasks for n in (
        t.state, t.turns, t.status, t.vector)] for _, mix in plan.mixes]
    _put(dest, "user/lab/sched.c", "lab/sched.h", SCHED % (
        ", ".join(str(wanted) for _, _, wanted in plan.circles),
        _braces(single), _braces(mixes)))


def _braces(rows):
    return ", ".join("{" + ", ".join(map(str, row)) + "}" for row in rows)

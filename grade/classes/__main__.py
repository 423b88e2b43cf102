"""Grading a class; `make grade-class` and its like, for instructors.

python3 -m grade.classes grade --submissions DIR --out DIR [--lab N]
        [--course FILE] [--jobs N] [--shard I/N] [--seed S] [--carry HOW]
        [--unsafe] [-- MAKE-OPTIONS]
python3 -m grade.classes merge --out DIR [--course FILE] PART...
python3 -m grade.classes marks --out DIR --course FILE CLASS...
python3 -m grade.classes questions --out DIR [--course FILE] [--count N]
python3 -m grade.classes gradescope --out ZIP --lab N [--course FILE]

Exit status 0: done, whatever the scores; 1: done, but some were not graded;
2: one line says what is wrong; 128 + n: ended by signal n, and what was
graded is kept.
"""

import argparse
import os
import re
import signal
import sys
from pathlib import Path

from grade import tree
from grade.classes import (gradescope, handin, merge, progress, report,
                           runner, similar, state, term as terms)

TOP = Path(__file__).resolve().parents[2]
EXPECTED = (handin.HandinError, terms.TermError, tree.TreeError, state.Busy,
            similar.SimilarError, merge.MergeError, OSError)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line."""

    def error(self, message):
        self.exit(2, f"xo5: {message}; see --help\n")


def shard(text):
    """(i, n) from "i/n"."""
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not found or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no part: 2/8 is the second of eight")
    return int(found[1]), int(found[2])


def jobs(text):
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of processors")
    return int(text)


def parser():
    """The command line."""
    top = Parser(prog="grade.classes")
    commands = top.add_subparsers(dest="do", required=True)

    def command(name, course=False):
        one = commands.add_parser(name)
        one.add_argument("--out", type=Path, required=True)
        one.add_argument("--course", type=Path, required=course)
        return one
    one = command("grade")
    one.add_argument("--submissions", type=Path, required=True)
    one.add_argument("--lab", type=int)
    one.add_argument("--jobs", type=jobs,
                     default=len(os.sched_getaffinity(0)))
    one.add_argument("--shard", type=shard)
    one.add_argument("--seed")
    one.add_argument("--unsafe", action="store_true")
    one.add_argument("--carry", choices=terms.CARRY)
    one.add_argument("make_options", nargs="*")
    one = command("merge")
    one.add_argument("parts", nargs="+", type=Path)
    one = command("marks", course=True)
    one.add_argument("classes", nargs="+", type=Path)
    one = command("questions")
    one.add_argument("--count", type=jobs, default=5)
    one = command("gradescope")
    one.add_argument("--lab", type=int, required=True)
    return top


def term_of(options):
    """The Term that the command line names; what it says itself counts."""
    term = terms.read(options.course, TOP) if options.course \
        else terms.Term()
    term.secret = getattr(options, "seed", None) or term.secret
    term.carry = getattr(options, "carry", None) or term.carry
    return term


def lab_of(handins):
    """The lab that most hand-ins are for: the last whose files they have."""
    owned, counts = tree.labs_in(TOP), {}
    wanted = handin.Wanted(TOP, max(owned))
    for one in handins:
        try:
            files = handin.read(one.path, wanted).files
        except handin.HandinError:
            continue
        has = [n for n, lab in owned.items() if set(lab.owned) <= set(files)]
        if has:
            counts[max(has)] = counts.get(max(has), 0) + 1
    if not counts:
        raise handin.HandinError("no hand-in has all files of any lab: say "
                                 "which it is, LAB=n")
    lab = max(counts, key=counts.get)
    print(f"lab {lab}: {counts[lab]} of {len(handins)} hand-ins have its "
          "files")
    return lab


def grade(options):
    """Grades a class, or a part of it; without a part, reports too."""
    term = term_of(options)
    handins = handin.listed(options.submissions)
    if not handins:
        raise handin.HandinError(f"{options.submissions}: holds no hand-in")
    part = options.shard and "{}-of-{}".format(*options.shard)
    held = state.lock(options.out, part)
    term = terms.chosen(term, options.out)
    lab = options.lab or lab_of(handins)
    if lab not in tree.labs_in(TOP):
        raise tree.TreeError(f"there is no lab {lab} here")
    mine = runner.part_of(handins, options.shard)
    work = runner.Runner(TOP, lab, options.out, term, options.jobs,
                         options.make_options, options.unsafe)
    caught = stops(work)
    shown, records = progress.Progress(len(mine)), []

    def told(record):
        records.append(record)
        shown.tell(report.cleaned(record))
    try:
        work.grade(mine, told)
    except runner.Stopped:
        shown.end()
        print(f"stopped: {len(records)} of {len(mine)} are graded and kept; "
              "the same command goes on from there")
        return 128 + caught[0]
    shown.end()
    if not options.shard:
        publish(options.out, lab, term, [
            one for one in work.state.all().values()
            if one["id"] in {h.id for h in handins}])
    del held
    return int(not all(one["graded"] for one in records))


def stops(work):
    """Lets SIGINT, SIGTERM and SIGHUP stop a Runner; the list gets which."""
    caught = []

    def stop(number, _):
        caught.append(number)
        work.stop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return caught


def publish(out, lab, term, records):
    """Compares a class's hand-ins, and writes its reports."""
    note = ""
    try:
        found = similar.of_class(TOP, lab, records, lambda key: Path(out)
                                 / "handins" / key, term.past)
    except similar.SimilarError as error:
        found, note = [], f"Hand-ins were not compared: {error}."
        print(f"note: not compared: {error}")
    table = terms.lab_table(TOP, lab, term.hidden)
    whole = report.Class(table, term, sorted(
        records, key=lambda one: one["name"]), found, note)
    for name in whole.unknown:
        print(f"note: {options_name(term)} names {name}, who handed nothing "
              f"in for lab {lab}")
    report.write(out, whole)
    print(f"{len(whole.graded)} of {len(records)} graded: "
          f"{Path(out) / 'index.html'}")


def options_name(term):
    """What a term's file is called in a message."""
    return f"the file of {term.name}" if term.name else "the term's file"


def main(words=None):
    """Runs one command; returns the exit status."""
    options = parser().parse_args(words)
    try:
        match options.do:
            case "grade": return grade(options)
            case "merge": return merge.merge(options.out, options.parts,
                                             term_of(options), publish)
            case "marks": return merge.marks_of_term(
                options.out, options.classes, term_of(options))
            case "questions": return merge.questions_of(
                TOP, options.out, term_of(options), options.count)
            case "gradescope": return gradescope.make(
                TOP, options.lab, options.out, term_of(options))
    except EXPECTED as error:
        print(f"xo5: {report.clean(error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Says which system calls the library OS knows, from its table.

    cd user/libos/unix
    /usr/bin/python3 personality/calls/call_table.py > calls.md

Prints a page in Markdown: each call, who answers it, and what is to be known
of it. The source is call_table.c, whose rows are described in calls.h.
calls.md is what it printed last (a test looks whether that is so).
"""
import re
from pathlib import Path

ROW = re.compile(r"\[(\w+)\]\s*=\s*\{(.*?)\},(?=\s*(?:\[|\};))", re.S)
NUMBER = re.compile(r"^\s*(SYS_\w+) = (\d+),", re.M)
HERE = Path(__file__).resolve().parent


def numbers():
    text = (HERE / "../../linux-abi/calls.h").read_text(encoding="utf-8")
    return {name: int(number) for name, number in NUMBER.findall(text)}


def who(row):
    if "HERE(" in row:
        return "the process itself"
    found = re.search(r"KEEPER\(SYS_(\w+)\)", row)
    if found:
        return f"the keeper, as {found.group(1)}"
    return "always " + re.search(r"ANSWER\((.*?)\)", row).group(1)


def note(row):
    found = re.search(r"NOTE\((.*)\)", row, re.S)
    return "".join(re.findall(r'"(.*?)"', found.group(1))) if found else ""


def rows():
    """(number, name, who answers, note), by number."""
    known = numbers()
    text = (HERE / "call_table.c").read_text(encoding="utf-8")
    for index, row in ROW.findall(text.partition("[CALLS_MAX] = {")[2]):
        number = known[index] if index in known else int(index)
        name = re.search(r'"(\w+)"', row).group(1)
        yield number, name, who(row), note(row)


def main():
    print("# System calls of the Unix library OS\n\nMade by "
          "call_table.py, out of call_table.c.\n")
    print("| number | call | answered by | |\n| ---: | --- | --- | --- |")
    for row in sorted(rows()):
        print("| {} | `{}` | {} | {} |".format(*row))


if __name__ == "__main__":
    main()

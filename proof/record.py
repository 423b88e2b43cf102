"""What was proved: the records in proof/proved, one for each compiler.

    python3 -m proof.record say IR      the words for the kernel's boot line
    python3 -m proof.record check       are all records of this specification?

A record names all that a proof depends on by the SHA-256 of its text: the IR,
without what is for debuggers alone; the specification; the prover; and, for
each part, the functions of the IR that it reaches. `make prove` writes it
once all parts are proved. It holds for this IR, specification and prover, and
for no others."""

import hashlib
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
PROVED = HERE / "proved"
HEAD = """# What was proved, by compiler: proof/record.py says what this means.
# Written by `make prove` (IR_CC=clang-19 for another compiler's).
"""
# What is proved; and what only tells of it, or breaks it on purpose.
SPECIFICATION = ("spec/*.py", "theorems.py", "words.py")
NO_PROVER = ("explain.py", "faults.py", "record.py")
DEBUG = re.compile(r"^(!|\s*#dbg_|\s*(tail )?call void @llvm\.dbg\.|;|source_"
                   r"filename)")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def code(path):
    """The lines of the IR that are code, types or data."""
    lines = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        line = re.sub(r"\s*; preds = .*$", "", line)
        line = re.sub(r",? ![\w.]+ ![\w.]+", "", line).rstrip()
        if line and not DEBUG.match(line):
            lines.append(line)
    return lines


def compiler(path):
    """What made the IR, in its own words."""
    text = Path(path).read_text(encoding="utf-8")
    found = re.search(r'^!\d+ = !\{!"([^"]*clang version [^"]*)"\}$', text,
                      re.M)
    return found[1] if found else "an unknown compiler"


def short(name):
    """The key of its record: clang-14."""
    found = re.search(r"(\w+) version (\d+)", name)
    return f"{found[1]}-{found[2]}" if found else "unknown"


def files(patterns):
    return sorted({f for p in patterns for f in HERE.glob(p)})


def of_files(found):
    """One sum for the names and texts of these."""
    return digest("".join(f"{f.relative_to(HERE)}\n{f.read_text()}"
                          for f in found))


def specification():
    return of_files(files(SPECIFICATION))


def prover():
    mine = set(files(("*.py", "parts/*.py"))) - set(files(SPECIFICATION))
    return of_files(sorted(f for f in mine if f.name not in NO_PROVER))


# ---- parts ------------------------------------------------------------------

def functions(lines):
    """(name -> text of each function, what belongs to none)."""
    found, rest, name = {}, [], None
    for line in lines:
        if line.startswith("define"):
            name = re.search(r"@([\w.]+)\(", line)[1]
            found[name] = ""
        if name is None:
            rest.append(line)
        else:
            found[name] += line + "\n"
        if line == "}":
            name = None
    return found, "\n".join(rest)


def reached(found, name):
    """The functions that one comes to."""
    seen, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one in found and one not in seen:
            seen.add(one)
            waiting += re.findall(r"@([\w.]+)", found[one])
    return sorted(seen)


def parts(path, chosen, solver):
    """The sum of each part, (name, function): of all that its proof depends
    on."""
    found, rest = functions(code(path))
    common = "\n".join((rest, specification(), prover(), solver))
    return {name: digest(common + "".join(
        found[f] for f in reached(found, function))) for name, function in
        chosen}


# ---- records ----------------------------------------------------------------

def load():
    """The records; none of a file that is not of this form."""
    try:
        return tomllib.loads(PROVED.read_text()) if PROVED.exists() else {}
    except tomllib.TOMLDecodeError:
        return {}


def of(path):
    """The record of the compiler that made this IR, or {}."""
    return load().get(short(compiler(path)), {})


def now(path):
    """What a record of a proof of this IR must name."""
    return {"ir": digest("\n".join(code(path))),
            "specification": specification(), "prover": prover()}


def holds(record, wanted):
    return all(record.get(name) == value for name, value in wanted.items())


def write(path, chosen, solver):
    """The record of a proof that was just made, in place of this compiler's
    former one."""
    records = load()
    records[short(compiler(path))] = {
        "compiler": compiler(path), "solver": solver, **now(path),
        "parts": parts(path, chosen, solver)}
    lines = [HEAD]
    for key in sorted(records):
        record = dict(records[key])
        own = record.pop("parts", {})
        lines.append(f"[{key}]")
        lines += [f'{name} = "{value}"' for name, value in record.items()]
        lines.append(f"[{key}.parts]")
        lines += [f'{name} = "{value}"' for name, value in own.items()]
        lines.append("")
    PROVED.write_text("\n".join(lines))


def proved_before(path, chosen, solver):
    """Names of the parts that the record says were proved, unchanged."""
    known = of(path).get("parts", {})
    return {name for name, value in parts(path, chosen, solver).items()
            if known.get(name) == value}


def say(path):
    wanted = now(path)
    if holds(of(path), wanted):
        return f"proved: IR {wanted['ir'][:12]}"
    return "not proved: this IR is outside the claim"


def check():
    """The compilers whose record is of another specification or prover."""
    wanted = {"specification": specification(), "prover": prover()}
    return sorted(key for key, record in load().items()
                  if not holds(record, wanted))


def main(arguments):
    if arguments[:1] == ["say"] and len(arguments) == 2:
        print(say(arguments[1]))
        return 0
    if arguments != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    for key in check():
        print(f"proof/proved: the record of {key} is of another specification "
              f"or prover: make prove IR_CC={key}")
    return int(bool(check()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

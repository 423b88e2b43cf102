"""Gradescope's autograder: a zip that grades one lab there.

The zip holds the kit of branch labN, which has no solution in it, the
hidden tests if there are any, and two programs that Gradescope calls:
setup.sh once, when it makes the image, and run_autograder for each hand-in.
Where the reference is not, a lab can only stand on the student's own.
"""

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

from grade import tree
from grade.classes import handin, runner, state, term as terms

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
SETTINGS = "settings.json"          # in the zip, beside setup.sh
DATE = (1980, 1, 1, 0, 0, 0)        # the same bytes whenever it is made
OURS = "grade/classes/"


def make(top, lab, out, term):
    """Writes the zip of a lab; its secret is the term's, or chosen by chance.
    TreeError: there is no such lab."""
    kit = {path: Path(top) / path for path in tree.kit_paths(top, lab)}
    kit |= {path: Path(top) / path for path in tree.tracked(top)
            if path.startswith(OURS)}
    files = {f"xo5/{path}": file.read_bytes() for path, file in kit.items()}
    for name in ("setup.sh", "run_autograder"):
        files[name] = (HERE / "templates" / name).read_bytes()
    files[SETTINGS] = json.dumps({
        "lab": lab, "secret": term.secret or terms.by_chance(),
        "visibility": term.visibility}, indent=1).encode()
    for file in _hidden(lab, term):
        files[f"hidden/{file.relative_to(term.hidden)}"] = file.read_bytes()
    programs = {f"xo5/{path}" for path, file in kit.items()
                if tree.is_executable(file)} | {"setup.sh", "run_autograder"}
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    part = Path(f"{out}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in programs
                                  else 0o100644) << 16
            packed.writestr(info, data)
    os.replace(part, out)
    print(f"{out}: lab {lab}, {len(files)} files, no solution among them")
    return 0


def _hidden(lab, term):
    if not term.hidden:
        return []
    return sorted([*term.hidden.glob(f"lab{lab}.toml"),
                   *term.hidden.glob(f"lab{lab}/*.py")])


def results(record, visibility):
    """Gradescope's results.json of a record."""
    if not record["graded"]:
        return {"stdout_visibility": "visible",
                "output": "Not graded, which is not the same as no points: "
                          f"{record['reason']}",
                "extra_data": {"graded": False}}
    return {"score": record["score"], "stdout_visibility": "visible",
            "output": "\n".join([*record["notes"], record["compiler"]]),
            "extra_data": {"graded": True},
            "tests": [{"name": f"{t['exercise']} {t['test']}",
                       "score": t["score"], "max_score": t["most"],
                       "status": "passed" if t["passed"] else "failed",
                       "output": t["words"],
                       "visibility": visibility if t["hidden"]
                       else "visible"} for t in record["tests"]]}


def run(root):
    """Grades ROOT/submission into ROOT/results/results.json, whatever
    happens; the exit status is 0 if that was written."""
    root = Path(root)
    file = root / "results/results.json"
    file.unlink(missing_ok=True)
    try:
        settings = json.loads((root / "source" / SETTINGS).read_text())
        term = terms.Term(secret=settings["secret"], carry="own",
                          visibility=settings["visibility"])
        if (root / "source/hidden").is_dir():
            term.hidden = root / "source/hidden"
        record = _graded(settings["lab"], root / "submission", term)
        found = results(record, settings["visibility"])
    except Exception as error:      # whatever it is, the student is told
        found = results({"graded": False, "reason": "the grader failed: "
                         f"{type(error).__name__}: {error}"}, "hidden")
    state.write_whole(file, json.dumps(found, indent=1))
    print(found["output"])
    return 0


def _graded(lab, submission, term):
    found = []
    with tempfile.TemporaryDirectory(prefix="xo5-class-") as out:
        runner.Runner(
            TOP, lab, out, term, unsafe=bool(os.environ.get("UNSAFE"))).grade(
            [handin.Handin("submission", "submission", submission)],
            found.append)
    return found[0]


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))

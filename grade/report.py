"""What a graded lab says: the table, results.json and JUnit XML."""

import json
import os
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

from grade.plain import plain
from grade.verdict import CannotGrade


def score(lab, verdicts):
    """(points reached, points possible)."""
    points = {t["name"]: t["points"] for t in lab["test"]}
    reached = sum(p for name, p in points.items()
                  if verdicts.get(name, {}).get("passed"))
    return reached, sum(points.values())


def _indented(text):
    return "\n".join("      " + line for line in text.splitlines())


def table(lab, verdicts, hint):
    """The readable table. hint: what makes a test's two commands, called
    with its name and the number of the case that failed, or None. If nothing
    could be tried, only what each exercise got."""
    lines, told = [f"Lab {lab['number']}: {lab['title']}"], {}
    tried = not any(v.get("untried") for v in verdicts.values())
    for exercise in lab["exercise"]:
        tests = [t for t in lab["test"] if t["exercise"] == exercise["id"]]
        if not tests:
            continue
        reached = sum(t["points"] for t in tests
                      if verdicts.get(t["name"], {}).get("passed"))
        possible = sum(t["points"] for t in tests)
        lines.append(f"  {exercise['id']} {exercise['title']:<28}"
                     f"{reached:>3}/{possible}   {exercise['file']}")
        if all(verdicts[t["name"]].get("unwritten") for t in tests):
            lines.append("      it is not written yet: the file is as it came")
            continue
        for test in tests if tried else ():
            lines += _row(test, verdicts[test["name"]], hint, told)
    return "\n".join(lines)


def _row(test, verdict, hint, told):
    """A test's lines. told: {reason: the test that was the first to give
    it}, so that one reason is told once."""
    mark = "ok  " if verdict["passed"] else "FAIL"
    got = test["points"] if verdict["passed"] else 0
    lines = [f"    {mark} {got:>2}/{test['points']:<2} {test['name']}"]
    if not verdict["passed"]:
        first = told.setdefault(verdict["words"], test["name"])
        if first == test["name"]:
            lines.append(_indented(verdict["words"]))
            lines += [f"      {command}" for command in hint(
                test["name"], verdict.get("case"))]
        else:
            lines[0] += f"   (as {first})"
    return lines


def gradescope(labs, not_graded=""):
    """Gradescope's results.json for [(lab, verdicts)]; or, if there is a
    reason why there is no verdict, one without any score, which Gradescope
    shows as an error of the grader's and never as points."""
    if not_graded:
        return {"output": plain(f"not graded: {not_graded}"), "tests": [],
                "stdout_visibility": "visible",
                "extra_data": {"graded": False, "reason": plain(not_graded)}}
    tests = []
    for lab, verdicts in labs:
        for test in lab["test"]:
            verdict = verdicts[test["name"]]
            passed = bool(verdict["passed"])
            tests.append({
                "name": f"{test['exercise']} {test['name']}",
                "score": test["points"] if passed else 0,
                "max_score": test["points"],
                "status": "passed" if passed else "failed",
                "output": plain(verdict["words"]),
                "visibility": "visible"})
    untried = {v["untried"]: None for _, verdicts in labs
               for v in verdicts.values() if "untried" in v}
    return {"score": sum(t["score"] for t in tests), "tests": tests,
            "output": plain("\n".join(untried)),
            "stdout_visibility": "visible", "extra_data": {"graded": True}}


def junit(labs, not_graded=""):
    """JUnit XML for [(lab, verdicts)]; or with one error, the reason."""
    top = xml.Element("testsuites")
    if not_graded:
        suite = xml.SubElement(top, "testsuite", name="grade", tests="1",
                               errors="1")
        case = xml.SubElement(suite, "testcase", name="grade",
                              classname="grade")
        xml.SubElement(case, "error", message=plain(not_graded))
    for lab, verdicts in () if not_graded else labs:
        suite = xml.SubElement(top, "testsuite", name=f"lab{lab['number']}",
                               tests=str(len(lab["test"])))
        for test in lab["test"]:
            verdict = verdicts[test["name"]]
            case = xml.SubElement(
                suite, "testcase", name=test["name"],
                classname=f"lab{lab['number']}.{test['exercise']}",
                time=str(verdict.get("seconds", 0)))
            if not verdict["passed"]:
                words = plain(verdict["words"]) or "it failed"
                xml.SubElement(case, "failure",
                               message=words.splitlines()[0]).text = words
    return xml.tostring(top, encoding="unicode")


def remove(*paths):
    """Removes reports of earlier, so that none is taken for this one's.
    CannotGrade if one cannot be written in its place."""
    for path in filter(None, paths):
        try:
            if not _in_place(path):
                Path(path).unlink(missing_ok=True)
                _fill(path, "")
                Path(path).unlink()
        except OSError as error:
            raise CannotGrade(f"{path}: cannot be written: "
                              f"{error.strerror}") from None


def write(labs, json_path, junit_path, not_graded=""):
    """Writes whichever of the two files is asked for, whole or not at all."""
    if json_path:
        _fill(json_path, json.dumps(gradescope(labs, not_graded), indent=1))
    if junit_path:
        _fill(junit_path, junit(labs, not_graded))


def _in_place(path):
    """Whether a path is of something other than a file, as /dev/stdout."""
    return os.path.exists(path) and not os.path.isfile(path)


def _fill(path, text):
    if _in_place(path):
        Path(path).write_text(text, encoding="utf-8")
        return
    part, name = tempfile.mkstemp(prefix=".grade-",
                                  dir=os.path.dirname(path) or ".")
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

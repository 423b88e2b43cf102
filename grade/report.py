"""What a graded lab says: the table, results.json and JUnit XML."""

import json
import xml.etree.ElementTree as xml


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
    with its name."""
    lines, told = [f"Lab {lab['number']}: {lab['title']}"], {}
    for exercise in lab["exercise"]:
        tests = [t for t in lab["test"] if t["exercise"] == exercise["id"]]
        if not tests:
            continue
        reached = sum(t["points"] for t in tests
                      if verdicts.get(t["name"], {}).get("passed"))
        possible = sum(t["points"] for t in tests)
        lines.append(f"  {exercise['id']} {exercise['title']:<28}"
                     f"{reached:>3}/{possible}   {exercise['file']}")
        for test in tests:
            lines += _row(test, verdicts.get(test["name"]), hint, told)
    return "\n".join(lines)


def _row(test, verdict, hint, told):
    """A test's lines. told: {reason: the test that was the first to give
    it}, so that one reason is told once."""
    if verdict is None:
        verdict = {"passed": False, "words": "the test did not run"}
    mark = "ok  " if verdict["passed"] else "FAIL"
    got = test["points"] if verdict["passed"] else 0
    lines = [f"    {mark} {got:>2}/{test['points']:<2} {test['name']}"]
    if not verdict["passed"]:
        first = told.setdefault(verdict["words"], test["name"])
        if first == test["name"]:
            lines.append(_indented(verdict["words"]))
            lines += [f"      {command}" for command in hint(test["name"])]
        else:
            lines[0] += f"   (as {first})"
    return lines


def gradescope(labs):
    """Gradescope's results.json for [(lab, verdicts)]."""
    tests = []
    for lab, verdicts in labs:
        for test in lab["test"]:
            verdict = verdicts.get(test["name"], {})
            passed = bool(verdict.get("passed"))
            tests.append({
                "name": f"{test['exercise']} {test['name']}",
                "score": test["points"] if passed else 0,
                "max_score": test["points"],
                "status": "passed" if passed else "failed",
                "output": verdict.get("words", ""),
                "visibility": "visible"})
    return {"score": sum(t["score"] for t in tests), "tests": tests,
            "stdout_visibility": "visible"}


def junit(labs):
    """JUnit XML for [(lab, verdicts)]."""
    top = xml.Element("testsuites")
    for lab, verdicts in labs:
        suite = xml.SubElement(top, "testsuite", name=f"lab{lab['number']}",
                               tests=str(len(lab["test"])))
        for test in lab["test"]:
            verdict = verdicts.get(test["name"], {})
            case = xml.SubElement(
                suite, "testcase", name=test["name"],
                classname=f"lab{lab['number']}.{test['exercise']}",
                time=str(verdict.get("seconds", 0)))
            if not verdict.get("passed"):
                words = verdict.get("words", "the test did not run")
                xml.SubElement(case, "failure",
                               message=words.splitlines()[0]).text = words
    return xml.tostring(top, encoding="unicode")


def write(labs, json_path, junit_path):
    """Writes whichever of the two files is asked for."""
    if json_path:
        with open(json_path, "w", encoding="utf-8") as file:
            json.dump(gradescope(labs), file, indent=1)
    if junit_path:
        with open(junit_path, "w", encoding="utf-8") as file:
            file.write(junit(labs))

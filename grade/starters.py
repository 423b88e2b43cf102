"""Exercises whose file is as it came: nothing of them is written, so nothing
is booted to see that they fail, and one line says so for each."""

from pathlib import Path

from grade import tree


def _starter(top, number, path):
    """The bytes of a lab's starter; None if nobody knows them."""
    if tree.is_main(top):
        return (Path(top) / f"labs/lab{number}" / path).read_bytes()
    commit = tree.release_commit(top)
    done = tree.git(top, "cat-file", "blob", f"{commit}:{path}")
    return None if done.returncode or not commit else done.stdout


def unwritten(top, lab, staged):
    """{exercise: its file} of those whose file in a staged tree is the
    starter."""
    return {e["id"]: e["file"] for e in lab["exercise"]
            if (staged / e["file"]).read_bytes() ==
            _starter(top, lab["number"], e["file"])}


def split(lab, missing):
    """(the lab with the tests of what is written, verdicts of the others) if
    the exercises of `missing` are as they came."""
    words = {e: f"exercise {e} ({path}) is not written yet"
             for e, path in missing.items()}
    verdicts = {t["name"]: {"passed": False, "unwritten": True,
                            "words": words[t["exercise"]]}
                for t in lab["test"] if t["exercise"] in missing}
    left = [t for t in lab["test"] if t["exercise"] not in missing]
    return {**lab, "test": left}, verdicts

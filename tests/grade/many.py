"""Makes a class: as many different hand-ins as are asked for, in every form.

    python3 -m tests.grade.many LAB COUNT FOLDER

Each is one of the right solutions, with up to three of the wrong solutions'
patches in it and, for one in five, some exercise not yet written. The same
words make the same class.
"""

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grade import tree
from tests.grade import classes
from tests.labs import solutions

MOST = 3            # wrong solutions in one hand-in


def make(lab, number, dest):
    """The files of hand-in `number` in a fresh folder; what is in it."""
    choice, top = random.Random(f"{lab} {number}"), solutions.TOP
    others = sorted(top.glob(f"solutions/lab{lab}/other*"))
    base = choice.choice([top, top, *others])
    for earlier in range(1, lab + 1):
        solutions.copy_owned(earlier, top, dest)
    if base != top:
        shutil.copytree(base, dest, dirs_exist_ok=True)
    story = [base.name if base != top else "reference"]
    for wrong in choice.sample(solutions.wrong_solutions(lab),
                               choice.randint(0, MOST)):
        done = subprocess.run(
            ["git", "apply", "-p1", str(wrong.path)], cwd=dest, check=False,
            capture_output=True)
        story += [wrong.name] * (done.returncode == 0)
    owned = tree.labs_in(top)[lab].owned
    if number % 5 == 0:
        path = choice.choice(owned)
        shutil.copy(top / f"labs/lab{lab}" / path, dest / path)
        story.append(f"no {path}")
    file = dest / choice.choice(owned)
    file.write_text(file.read_text() + f"/* Student {number}. */\n")
    return story


def main(words):
    """Makes the class."""
    lab, count, folder = int(words[0]), int(words[1]), Path(words[2])
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        name = f"student {number:03}"
        with tempfile.TemporaryDirectory(prefix="xo5-many-") as scratch:
            dest = Path(scratch) / "x"
            dest.mkdir()
            story = make(lab, number, dest)
            if number % 3 == 0:
                shutil.copytree(dest, folder / name)
            elif number % 3 == 1:
                classes.tarball(dest, folder / f"{name}.tar.gz")
            else:
                classes.zipped(dest, folder / f"{name}.zip", f"{name}/")
        print(f"{name}: {', '.join(story)}")


if __name__ == "__main__":
    main(sys.argv[1:])

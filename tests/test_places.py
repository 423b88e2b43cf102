"""The tree builds, boots and grades wherever it lies and whoever has it: under
a name with blanks and letters, where nobody may write, under another umask
and in another language."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.labs.test_clone import ENV

ODD = "größe mit Raum/it's $HOME \"xo5\" Ünïcode"
CMD = "CMD=uname -m; ls / | grep -c tmp; seq 3 | tac"
PRINTED = "x86_64\n1\n3\n2\n1\n"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
LOCALE = "tr_TR.UTF-8"          # whose small I and large i are others


@pytest.fixture
def env(tmp_path, monkeypatch):
    """ENV with the compiler cache of this run, for whoever is to use it."""
    kept = {name: os.environ[name] for name in ("PATH", "CCACHE_DIR")
            if name in os.environ}
    return {**ENV, **kept, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}


def clone(top, where, **more):
    subprocess.run(["git", "clone", "-q", str(top), str(where)], check=True,
                   env=ENV, **more)
    return where


def make(where, env, *words, before=(), **more):
    """What make prints on standard output; it must succeed."""
    done = subprocess.run([*before, "make", *words], cwd=where, env=env,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=600, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def works(where, env, *words, grade="TEST=test_info_plain", **more):
    """It runs a command over Unix, and the reference has full marks."""
    assert make(where, env, "run", CMD, *words, **more) == PRINTED
    score = make(where, env, "grade", "LAB=1", *grade.split(), *words, **more)
    have, most = score.splitlines()[-1].removeprefix("Score: ").split("/")
    assert have == most, score


def test_odd_path(top, env, tmp_path):
    """All of lab 1, whose graders make folders of their own there too."""
    odd = tmp_path / ODD
    odd.mkdir(parents=True)
    works(clone(top, odd / "xo5"), {**env, "TMPDIR": str(odd)}, grade="")


@pytest.fixture
def open_folder():
    """A folder that everyone may enter: pytest's own are for one user."""
    with tempfile.TemporaryDirectory(prefix="xo5-") as name:
        os.chmod(name, 0o755)
        yield Path(name)
        subprocess.run(["chmod", "-R", "u+w", name], check=True)


def test_nobody_and_nothing_can_be_written(top, env, open_folder):
    """Not root; the tree is somebody else's; BUILD= is elsewhere. Nothing
    is left in the tree."""
    where = clone(top, open_folder / "xo5")
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(where)], check=True)
    mine = open_folder / "mine"
    mine.mkdir()
    before = ()
    if os.geteuid() == 0:
        before = NOBODY
        shutil.chown(mine, 65534, 65534)
    env = {**env, "TMPDIR": str(mine), "HOME": str(mine),
           "CCACHE_DIR": f"{mine}/ccache"}
    there = sorted(where.rglob("*"))
    works(where, env, f"BUILD={mine}/build", before=before)
    assert sorted(where.rglob("*")) == there


def test_umask(top, env, tmp_path, built):
    """A narrow one: the image that programs see is the same."""
    where = clone(top, tmp_path / "xo5", umask=0o077)
    works(where, env, umask=0o077)
    make(top, env, "-s", "build/shell.img")
    assert (where / "build/shell.img").read_bytes() == \
        (built / "shell.img").read_bytes()


def test_language(top, env, tmp_path):
    """Turkish: what is sorted, and what tools are asked and say."""
    done = subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8",
                           str(tmp_path / LOCALE)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, "locales: setup/deps.sh --install dev\n" + \
        done.stderr
    env = {**env, "LOCPATH": str(tmp_path), "LANG": LOCALE, "LC_ALL": LOCALE}
    said = subprocess.run([sys.executable, "-c", "import locale; print("
                           "locale.setlocale(locale.LC_ALL, ''))"],
                          env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == LOCALE
    works(clone(top, tmp_path / "xo5"), env)


def test_build_with_a_blank_is_refused(top, env):
    """make would take it for two: one line says so."""
    done = subprocess.run(["make", "BUILD=/tmp/a b"], cwd=top, env=env,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "BUILD=/tmp/a b: no blanks there, please.  Stop.")

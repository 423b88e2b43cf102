"""What setup/test_systems says where it can make no system: one line, and
never that all is well. The systems themselves are made by continuous
integration (.ci/run), and by `make test-systems`."""
import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "sh", "dirname", "cat", "id", "git", "unshare", "true",
         "mktemp", "rm", "mkdir", "find", "awk", "tac", "tail", "sed", "head",
         "apt-config", "grep", "printf", "env")


def run(folder, *words, before=(), **tools):
    """test_systems with a PATH of its own: without debootstrap, and with
    these small scripts of ours."""
    path = folder / "bin"
    path.mkdir()
    for name in TOOLS:
        if shutil.which(name) and name not in tools:
            (path / name).symlink_to(shutil.which(name))
    for name, text in tools.items():
        (path / name).write_text(f"#!/bin/sh\n{text}\n")
        (path / name).chmod(0o755)
    env = {"PATH": str(path), "TMPDIR": str(folder),
           "CACHE": str(folder / "cache")}
    return subprocess.run([*before, str(TOP / "setup/test_systems"), *words],
                          env=env, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=60, check=False)


def not_tested(done, why):
    said = [line for line in done.stderr.splitlines() if "NOT TESTED" in line]
    assert done.returncode == 1, done.stderr
    assert said == [f"setup/test_systems: NOT TESTED: {why}"]
    assert " ok" not in done.stdout


def test_wrong_usage(tmp_path):
    done = run(tmp_path, "potato")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == ("setup/test_systems: no suite 'potato'; there are: "
                           "bookworm trixie, other\n")


def test_without_root(tmp_path):
    not_tested(run(tmp_path, id="echo 1000"), "a chroot needs root rights")


def test_without_debootstrap(tmp_path):
    not_tested(run(tmp_path, id="echo 0"), "debootstrap is missing: "
               "setup/deps.sh --install dev")


def test_without_mounts(tmp_path):
    not_tested(run(tmp_path, id="echo 0", debootstrap="", unshare="exit 1"),
               "this computer allows no mounts (unshare)")


def test_without_a_mirror(tmp_path):
    """The step fails, its last words are shown, nothing is left behind."""
    done = run(tmp_path, "trixie", id="echo 0", unshare="",
               debootstrap="echo 'E: no such mirror'; exit 1")
    assert done.returncode == 1
    assert "bare system" in done.stdout and "FAILED: 1" in done.stdout
    assert "E: no such mirror" in done.stdout
    assert done.stderr.splitlines()[-1] == \
        "setup/test_systems: 1 commands failed"
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "cache"}

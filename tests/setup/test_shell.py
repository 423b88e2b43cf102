"""shell.sh with engines that are only scripts."""
import os
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
SCRIPT = TOP / "setup/shell.sh"
GOOD = 'echo "${0##*/} $*"'
DEAD = "exit 1"


@pytest.fixture
def shell(tmp_path):
    """Runs shell.sh where the engines are those given; id says who."""
    def run(*words, uid=0, **engines):
        for name, body in {**engines, "id": f"echo {uid}"}.items():
            path = tmp_path / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), *words], capture_output=True,
            text=True, stdin=subprocess.DEVNULL, timeout=600,
            env={**os.environ, "PATH": str(tmp_path)})
    return run


def test_no_engine_is_one_line(shell):
    done = shell()
    assert done.returncode == 1
    assert "neither podman nor docker" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_engine_that_does_not_answer_is_one_line(shell):
    done = shell(docker=DEAD)
    assert done.returncode == 1
    assert "does not answer: docker" in done.stderr
    assert done.stderr.count("\n") == 1


def test_podman_first(shell):
    done = shell(podman=GOOD, docker=GOOD)
    assert done.returncode == 0
    assert done.stdout.startswith("podman run --rm -i")
    assert " --user" not in done.stdout


def test_docker_if_podman_is_dead(shell):
    done = shell("make", "grade", podman=DEAD, docker=GOOD, uid=1000)
    assert done.stdout.startswith("docker run")
    assert "--user 1000:1000" in done.stdout
    assert done.stdout.endswith("xo5 make grade\n")
    assert f"{TOP}:/xo5 -w /xo5" in done.stdout


def test_a_build_that_fails_says_so(shell):
    done = shell(podman='[ "$1" != build ]')
    assert done.returncode == 1
    assert "podman could not build the image" in done.stderr

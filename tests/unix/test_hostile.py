"""The Unix library OS, built hostile (tests/hostile.py): subjects over Linux,
and a shell over it on a hostile kernel."""

import subprocess
import sys

import pytest

from tests.unix.test_unix import FLAGS, Guest, compare

pytestmark = pytest.mark.xdist_group("checked")     # one builds for all

SUBJECTS = ("files", "memory", "signals")
SCRIPT = ("echo one | cat; (exit 7); echo $?; x=$(echo two); echo $x > /tmp/f;"
          "cat /tmp/f; i=0; while [ $i -lt 5 ]; do /bin/true | cat;"
          "i=$((i+1)); done; echo $i; sh -c 'exit 5'")


@pytest.fixture(scope="module")
def guest(top, checked, tmp_path_factory):
    """An image with the subjects' programs, where they are here too."""
    folder = tmp_path_factory.mktemp("subjects")
    guest = Guest(checked / "unix-host", top, folder)
    for subject in SUBJECTS:
        subprocess.run(["gcc", "-static", *FLAGS,
                        f"{top}/tests/unix/subjects/{subject}.c",
                        "-o", folder / subject, "-pthread"], check=True)
    guest.add = [folder / subject for subject in SUBJECTS]
    guest.add += ["/bin/busybox", "/etc/passwd"]
    guest.build()
    return guest, folder


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subject(guest, subject):
    compare(guest[0], guest[1] / subject)


def test_shell(top, checked, tmp_path):
    image = tmp_path / "shell.img"
    subprocess.run([sys.executable, "setup/image.py", image, "--shell",
                    "/bin/busybox"], cwd=top, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "grade.qemu", "--libos", "unix", "--seconds",
         "1200", "--root", str(image), "--arguments", "check=20000", "--cmd",
         SCRIPT, str(checked / "xo5.iso")], cwd=top, text=True,
        capture_output=True, timeout=3600, check=False)
    assert done.stdout == "one\n7\ntwo\n5\n", done.stdout + done.stderr
    assert done.returncode == 5

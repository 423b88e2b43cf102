"""The Unix library OS, built hostile (tests/hostile.py): with disorder of
several seeds over Linux, and on a hostile kernel; and faults planted in it,
each of which that build shows. A failed test's name has its seed:

    unix-host --seed 3 ...          over Linux
    seed=3 on the boot command line
"""

import subprocess
import sys

import pytest

from tests import hostile
from tests.unix.test_unix import FLAGS, Guest, compare, run_here

pytestmark = pytest.mark.xdist_group("checked")     # one builds for all

SUBJECTS = ("files", "memory", "signals", "threads", "sockets", "turns",
            "mapped", "pointers", "system")
SEEDS = (1, 2, 3)
EACH = [(name, seed) for name in SUBJECTS
        for seed in (SEEDS if name != "memory" else SEEDS[:1])]
SCRIPT = ("echo one | cat; (exit 7); echo $?; x=$(echo two); echo $x > /tmp/f;"
          "cat /tmp/f; i=0; while [ $i -lt 5 ]; do /bin/true | cat;"
          "i=$((i+1)); done; echo $i; ls /bin | wc -l;"
          "dd if=/dev/zero bs=30000 count=3 2>/dev/null | wc -c;"
          "sleep 1 & sleep 0 & wait; sh -c 'exit 5'")

# Faults in the library OS that no test of one thing alone shows: where, what
# was there, what is there then; a shell line that is right without it; and
# what shows it: other output, or the words of a contract.
PLANTED = {
    "names that were not listed are passed over": (
        "user/libos/unix/keeper/calls/directory.c",
        "        if (!list(l, entry->cookie,",
        "        cookie = entry->cookie;\n"
        "        if (!list(l, entry->cookie,",
        "d=/tmp/xo5-hostile; rm -rf $d; mkdir $d; cd $d; "
        "for i in 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k; do echo > $i; done;"
        "ls | wc -l; cd /; rm -rf $d", None),
    "a writer that waited begins anew": (
        "user/libos/unix/keeper/files/pipe.c",
        "(const uint8_t *)from + s->process->done, some",
        "(const uint8_t *)from, some",
        "dd if=/bin/busybox bs=13000 count=4 2>/dev/null | md5sum", None),
    "a pipe is given back before its pages": (
        "user/libos/unix/keeper/files/pipe.c",
        "    for (uint32_t i = 0; i < RING; i++) {\n"
        "        if (pipe->pages[i]) {\n"
        "            machine_page_give(pipe->pages[i]);\n"
        "        }\n    }\n    pool_give(&pipes, number);\n",
        "    struct pipe *other = pool_at(&pipes, pool_take(&pipes));\n"
        "    (void)other;\n"
        "    pool_give(&pipes, number);\n"
        "    for (uint32_t i = 0; i < RING; i++) {\n"
        "        if (pipe->pages[i]) {\n"
        "            machine_page_give(pipe->pages[i]);\n"
        "        }\n    }\n",
        "echo one | cat", "machine_page_give: that was taken"),
}


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


@pytest.mark.parametrize("subject, seed", EACH)
def test_subject(guest, subject, seed):
    guest[0].seed = seed
    compare(guest[0], guest[1] / subject)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_fault_shows(top, checked, guest, name):
    """The line is right in the hostile build, and wrong with the fault for one
    of the seeds."""
    path, old, new, line, words = PLANTED[name]
    command = ["/bin/busybox", "sh", "-c", line]
    wanted = run_here(*command)
    planted = hostile.plant(top, checked, path, old, new)
    seen = {}
    for seed in range(1, 9):
        guest[0].seed = seed
        guest[0].host = checked / "unix-host"
        assert guest[0].run(*command) == wanted
        guest[0].host = planted
        seen[seed] = guest[0].run(*command)
        if seen[seed] != wanted:
            assert words is None or words in seen[seed][1]
            break
    guest[0].host = checked / "unix-host"
    assert any(got != wanted for got in seen.values())


@pytest.mark.parametrize("seed", [0, 7])
def test_shell(top, checked, tmp_path, seed):
    """On the exokernel: the turns of processes too are given in any order."""
    image = tmp_path / "shell.img"
    subprocess.run([sys.executable, "setup/image.py", image, "--shell",
                    "/bin/busybox"], cwd=top, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "grade.qemu", "--libos", "unix", "--seconds",
         "1200", "--root", str(image), "--arguments",
         f"check=20000 seed={seed}", "--cmd", SCRIPT,
         str(checked / "xo5.iso")], cwd=top, text=True, capture_output=True,
        timeout=3600, check=False)
    first, last = "one\n7\ntwo\n5\n", "\n90000\n"
    assert done.stdout.startswith(first), done.stdout + done.stderr
    assert done.stdout.endswith(last), done.stdout + done.stderr
    assert done.stdout[len(first):-len(last)].strip().isdecimal()
    assert done.returncode == 5

"""The Makefile's own promises."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from grade import tree
from tests.labs.test_clone import ENV, run
from tests.test_readme import run_typing


@pytest.fixture
def lab1(top, tmp_path):
    """The tree of branch lab1 with the reference's files."""
    tree.stage(top, 1, top, tmp_path / "lab1")
    return tmp_path / "lab1"


def test_function_that_did_not_arrive(lab1):
    """A lab that is here, and not its function: the prototype is named."""
    (lab1 / "labs/lab2").mkdir()
    (lab1 / "labs/lab2/lab.toml").write_text("number = 2\n")
    output = run(["make", "-j2"], lab1, status=2)
    assert "xo5: lab 2 is here, but not its function: " \
        "void init_boot(struct boot *boot);" in output


def test_every_default_is_known(top):
    """Also those whose body is empty, and on the prototype's line."""
    later = top / "kernel/course/later.c"
    names = re.findall(r"^LATER\([1-9], [^(]*?(\w+)\(",
                       later.read_text(), re.M)
    done = subprocess.run(
        ["awk", "-v", "labs=" + " ".join(
            f"labs/lab{n}/lab.toml" for n in range(1, 6)),
         "-f", top / "kernel/later.awk", later, "-"],
        input="".join(f"0 W {name}\n" for name in names),
        capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "cpu_expire" in names
    assert all(f" {name}(" in line for name, line in zip(
        names, done.stderr.splitlines(), strict=True)), done.stderr


def test_no_warning_from_any_compiler(lab1):
    for words in (["BUILD=gcc"], ["BUILD=clang", "CC=clang"]):
        output = run(["make", "-j2", "WERROR=1", *words], lab1)
        assert "warning" not in output


def test_operations_made_the_other_way(lab1):
    """OPS= decides in a tree that was built before, too."""
    run(["make", "-j2", "OPS=ir"], lab1)
    output = run(["make", "run", "ONCE=1", "OPS=gcc"], lab1)
    assert "xo5: operations: not proved: made by " in output


def test_starters_build_without_a_warning(top, tmp_path):
    tree.stage(top, 1, top / "labs/lab1", tmp_path / "lab1")
    run(["make", "-j2", "WERROR=1"], tmp_path / "lab1")


def test_mine_is_built_with_the_rest(lab1):
    (lab1 / "mine/hello.c").write_text(
        '#include "boot/init.h"\n#include "lib/print.h"\n'
        "void init_boot(struct boot *boot)\n"
        '{\n    (void)boot;\n    print("hello from mine\\n");\n}\n')
    assert "hello from mine\n" in run(["make", "run", "ONCE=1"], lab1)


def test_a_name_from_the_kit_in_mine(lab1):
    (lab1 / "mine/clash.c").write_text("void xo5_quiet(void);\n"
                                       "void xo5_quiet(void) {}\n")
    output = run(["make", "-j2"], lab1, status=2)
    assert "multiple definition of `xo5_quiet'" in output


@pytest.mark.parametrize("words, line", [
    (["MEM=abc"], "xo5: MEM=abc: it is a number with K, M or G, as 128M"),
    (["MEM=1M"], "xo5: MEM=1M: GRUB needs 8M, and xo5 16M"),
    (["MACHINE=isapc"], "xo5: MACHINE=isapc: it is q35 or pc"),
    (["FIRMWARE=efi"], "xo5: FIRMWARE=efi: it is bios or uefi"),
    (["CPU=nosuch"], "qemu-system-x86_64: unable to find CPU model 'nosuch'"),
    (["CC=nocc", "BUILD=nowhere"],
     "xo5: there is no compiler nocc: see CROSS= and CC="),
    (["CPU=pentium3"], "xo5: this processor has no long mode, and xo5 is a "
     "64-bit kernel."),
    (["MEM=8M"],
     "xo5: this machine has too little memory: 7 MiB can be used, and xo5 "
     "needs 15."),
])
def test_bad_options(top, built, words, line):
    output = run(["make", "run", "ONCE=1", *words], top, status=2)
    assert line in output and "Traceback" not in output


def test_status_of_init(top, built):
    output = run(["make", "run", "ONCE=1", "ARGS=status=3"], top, status=2)
    assert "xo5: init ended with status 3" in output
    assert "Error 3" in output


def test_triple_fault_is_told(lab1):
    """An exercise that maps nothing: the first instruction is the last."""
    (lab1 / "kernel/boot/kmap.c").write_text(
        '#include "boot/kmap.h"\n'
        "unsigned kmap_rights(enum part_kind kind)\n"
        "{\n    return kind;\n}\n"
        "enum map_error kmap_build(uint64_t root, const struct image *image,\n"
        "                          const struct bootinfo *info)\n"
        "{\n    (void)root, (void)image, (void)info;\n"
        "    return MAP_OK;\n}\n")
    output = run(["make", "run", "ONCE=1"], lab1, status=2)
    assert "xo5: the machine reset itself: a triple fault" in output


def test_terminal(top, built):
    """init at a terminal: it answers, and ends when told so."""
    typed = [("init> ", "fi\x7f\x7ffiles\r"), ("init> ", "operations\r"),
             ("init> ", "crash\r")]
    status, text = run_typing("make run LIBOS=none", top, typed)
    assert "54 ./motd" in text and "swap" in text
    assert "is here" in text and "later lab" not in text
    assert "xo5: init raised an exception without a handler at 0x4" in text
    assert "xo5: init crashed" in text and status == 2


def test_reference_is_the_course_of_main(top):
    """check: every file in one list, starters there, nothing frozen moved."""
    run([sys.executable, "labs/release.py", "check"], top)


def test_path_has_another_python_first(top, tmp_path):
    """The pytest used is the system's, whatever comes first on PATH."""
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\nexit 99\n")
    fake.chmod(0o755)
    shutil.copy(fake, tmp_path / "pytest")
    env = {**ENV, "PATH": f"{tmp_path}{os.pathsep}{ENV['PATH']}"}
    done = subprocess.run(["make", "grade", "TEST=test_info_plain"], cwd=top,
                          env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    assert done.stdout.splitlines()[-1] == "Score: 4/4"

"""Each rule of check_style.py bites, and a clean tree passes."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import check_style  # noqa: E402

MARK = "TO" "DO"  # so that this file holds no marker itself
CLEAN = {
    "Makefile": "all:\n\techo hello\n",
    "kernel/abi/errors.h": "#pragma once\n#include <stdint.h>\n"
                           "typedef uint32_t error;\n",
    "kernel/arch/arch.h": "#pragma once\n#include <stdint.h>\n"
                          "void arch_flush(void);\n",
    "kernel/arch/flush.c": '#include "arch/arch.h"\n\nvoid arch_flush(void)'
                           '\n{\n    __asm__ volatile("" ::: "memory");\n'
                           "}\n",
    "kernel/arch/start.S": "start: hlt\n",
    "kernel/kernel.ld.S": "SECTIONS {}\n",
    "kernel/core/frame.h": '#pragma once\n#include "abi/errors.h"\n'
                           "error frame_take(unsigned long frame);\n",
    "kernel/core/frame.c": '#include "core/frame.h"\n\n'
                           '#include "arch/arch.h"\n\n'
                           "/* never 0xffffffff80000000 in a comment, nor "
                           "asm */\nerror frame_take(unsigned long frame)\n"
                           "{\n    return frame != 0;\n}\n",
    "kernel/ops/alloc.c": '#include "abi/errors.h"\n'
                          '#include "core/frame.h"\n',
    "kernel/main.c": '#include "arch/arch.h"\n#include "core/frame.h"\n',
    "user/lib/call.h": "#pragma once\n#include <stddef.h>\n"
                       '#include "abi/errors.h"\n',
    "user/lib/call.c": '#include "lib/call.h"\n',
    "user/lib/enter.S": "enter: ret\n",
    "labs/lab1/kernel/boot/walk.c":
        f'#include "core/frame.h"\n\n/* {MARK} 1: walk. */\n',
    "labs/lab5/user/libos/min/fork.c":
        '#include "abi/errors.h"\n#include "lib/call.h"\n',
    "handouts/lab1.md": f"Look for {MARK} 1.\n",
    "README.md": f"Your work is marked `{MARK}`.\n",
    "solutions/lab1/wrong/a.patch": f"+{MARK}\n",
    "grade/run.py": "print('hello')\n",
}


@pytest.fixture
def tree(tmp_path):
    """A function that writes the clean tree and what it is given on top."""
    def make(**extra):
        for name, text in {**CLEAN, **extra.get("files", {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shutil.copy(TOP / ".clang-format", tmp_path)
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        return tmp_path
    return make


def findings(root):
    return check_style.check_tree(root)[0]


def only(root, path, line, rule):
    """There is one finding, and it is this."""
    found = findings(root)
    assert [(f[0], f[1]) for f in found] == [(path, line)], found
    assert found[0][2].startswith(rule), found


def test_a_clean_tree_passes(tree):
    assert findings(tree()) == []


BAD = [
    ("kernel/core/x.c", "int  x;\n", 1, "format"),
    ("proof/x.c", "int x;\nint  y;\n", 2, "format"),
    ("kernel/ops/x.c", '#include "arch/arch.h"\n', 1, "include"),
    ("kernel/lib/x.c", '#include "core/frame.h"\n', 1, "include"),
    ("kernel/ring3/x.c", '#include "boot/boot.h"\n', 1, "include"),
    ("kernel/arch/x.c", '#include "core/frame.h"\n', 1, "include"),
    ("kernel/boot/x.c", '#include "course/later.h"\n', 1, "include"),
    ("kernel/debug/x.c", '#include "ops/ops.h"\n', 1, "include"),
    ("kernel/core/x.c", '\n#include "arch/paging.h"\n', 2, "include"),
    ("kernel/core/x.c", '#include "ops/ops.h"\n', 1, "include"),
    ("kernel/core/x.c", "#include <stdio.h>\n", 1, "include"),
    ("kernel/abi/x.c", '#include "core/frame.h"\n', 1, "include"),
    ("kernel/core/x.c", '#include "../arch/paging.h"\n', 1, "include"),
    ("user/x.c", '#include "core/frame.h"\n', 1, "include"),
    ("user/x.c", '#include "../kernel/core/frame.h"\n', 1, "include"),
    ("user/x.c", "#include <unistd.h>\n", 1, "include"),
    ("user/x.S", '#include "arch/arch.h"\n', 1, "include"),
    ("labs/lab2/kernel/ops/x.c", '#include "arch/arch.h"\n', 1, "include"),
    ("labs/lab5/user/x.c", '#include "core/frame.h"\n', 1, "include"),
    ("kernel/core/x.c", 'void f(void)\n{\n    asm("nop");\n}\n', 3, "asm"),
    ("kernel/main2.c", '__asm__("nop");\n', 1, "asm"),
    ("labs/lab1/kernel/core/x.c", '__asm__("nop");\n', 1, "asm"),
    ("kernel/core/x.S", "nop\n", 1, "asm"),
    ("kernel/core/x.c", "unsigned long x = 0xdeadbeef;\n", 1, "address"),
    ("kernel/ops/x.c", "unsigned long x = 0xB8000000ul;\n", 1, "address"),
    ("kernel/core/x.c", "int x; /* " + 80 * "-" + " */\n", 1, "length"),
    ("grade/x.py", "x = 1  # " + 80 * "-" + "\n", 1, "length"),
    ("x/Makefile", "x:\n\t# " + 74 * "-" + "\n", 2, "length"),
    ("grade/x.sh", 401 * "x\n", 401, "length"),
    ("kernel/core/x.c", "void f(void)\n{\n" + 79 * "    f();\n" + "}\n",
     2, "length"),
    ("kernel/core/x.c", f"/* {MARK}: later */\n", 1, "marker"),
    ("README.md", "FIX" "ME\n", 1, "marker"),
    ("labs/lab1/lab.toml", "# XX" "X\n", 1, "marker"),
    ("kernel/core/x.h", "#pragma once\nextern uint64_t x;\n", 2, "header"),
    ("kernel/core/x.h", '#include "core/gone.h"\n', 1, "header"),
    ("user/lib/x.h", '#include "abi/gone.h"\n', 1, "header"),
    ("labs/lab1/kernel/core/x.h", "uint8_t x;\n", 1, "header"),
]


@pytest.mark.parametrize("path, text, line, rule", BAD)
def test_each_rule_bites(tree, path, text, line, rule):
    only(tree(files={path: text}), path, line, rule)


def test_the_largest_that_is_allowed(tree):
    assert findings(tree(files={
        "kernel/core/x.c":
            "void f(void)\n{\n" + 78 * "    f();\n" + "}\n",
        "grade/x.py": 400 * "x = 1\n",
        "grade/y.py": "x = 1  # " + 71 * "-" + "\n",
        "kernel/ops/x.c": "int x = 0x1234567;\n",
    })) == []


def test_a_header_of_user_may_lie_beside(tree):
    assert findings(tree(files={
        "user/libos/own.h": "#pragma once\n",
        "user/libos/x.c": '#include "own.h"\n',
        "labs/lab5/user/libos/y.c": '#include "own.h"\n',
        "labs/lab5/user/libos/new.h": "#pragma once\n",
        "labs/lab5/user/libos/z.c": '#include "libos/new.h"\n',
    })) == []


CIRCLE = {
    "grade/lib/a.h": "#pragma once\n",
    "grade/lib/b.c": '#include "grade/lab/c.h"\n',
    "grade/lab/c.h": '#pragma once\n#include "grade/ops/d.h"\n',
    "grade/ops/d.h": '#pragma once\n\n#include "grade/lib/a.h"\n',
}


def test_folders_in_a_circle(tree):
    root = tree(files=CIRCLE)
    only(root, "grade/lab/c.h", 2, "circle: grade/lab -> grade/ops -> "
         "grade/lib -> grade/lab: grade/lab/c.h includes grade/ops/d.h")
    (root / "grade/lib/b.c").unlink()
    assert findings(root) == []


def test_graders_and_tests_are_looked_at(tree):
    for path in ("grade/x.c", "tests/keeper/x.c"):
        root = tree(files={path: "#include <stdio.h>\nint  x;\n"})
        only(root, path, 2, "format")
        (root / path).unlink()


def test_the_loader_is_compiled_for_32_bits(tree):
    check = '_Static_assert(sizeof(void *) == 4, "32 bits");\n'
    assert findings(tree(files={"kernel/boot/loader/x.h": check})) == []
    assert len(findings(tree(files={"kernel/core/x.h": check}))) == 1


def test_what_git_ignores_is_not_looked_at(tree):
    root = tree(files={".gitignore": "build/\n",
                       "build/x.c": f"int  x; // {MARK}\n"})
    assert findings(root) == []


def test_without_git_every_file_is_looked_at(tree):
    root = tree(files={"build/x.sh": f"{MARK}\n",
                       "kernel/core/x.c": f"/* {MARK} */\n"})
    shutil.rmtree(root / ".git")
    only(root, "kernel/core/x.c", 1, "marker")


def test_bytes_that_are_no_text_are_left_alone(tree):
    root = tree()
    (root / "figure.png").write_bytes(b"\x89PNG\xff\xfe")
    assert findings(root) == []


def run(*words, **more):
    return subprocess.run(
        [sys.executable, str(TOP / "setup/check_style.py"), *map(str, words)],
        capture_output=True, text=True, env={**os.environ, **more})


def test_what_it_prints(tree):
    root = tree()
    done = run(root)
    assert done.returncode == 0
    count = len(CLEAN) + 1
    assert done.stdout == f"style: {count} files, 0 findings\n"
    (root / "kernel/core/x.c").write_text("int  x;\n")
    done = run(root)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "kernel/core/x.c:1: format: 1 lines differ; "
        "type: clang-format-19 -i kernel/core/x.c",
        f"style: {count + 1} files, 1 findings"]


def test_no_clang_format_is_one_line(tree, tmp_path_factory):
    empty = tmp_path_factory.mktemp("path")
    (empty / "git").symlink_to(shutil.which("git"))
    done = run(tree(), PATH=str(empty))
    assert done.returncode == 2
    assert done.stderr == ("style: clang-format-19 is missing: type "
                           "setup/deps.sh --install dev\n")


@pytest.mark.parametrize("words", [["no-such-folder"], ["-x"], ["a", "b"]])
def test_wrong_usage_is_one_line(words):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1

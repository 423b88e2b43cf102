"""check_calls.py finds a call upwards and a circle, and nothing else."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import check_calls  # noqa: E402
import check_style  # noqa: E402

CLEAN = {
    "kernel/arch/trap.c": "void panic_trap(void);\n"
                          "void trap(void) { panic_trap(); }\n",
    "kernel/lib/panic.c": "void panic_trap(void) {}\n",
    "kernel/core/frame.c": "int frames;\nint frame_take(void) "
                           "{ return frames; }\n",
    "kernel/ops/alloc.c": "int frame_take(void);\nvoid init_boot(void);\n"
                          "int op_alloc(void) { init_boot(); "
                          "return frame_take(); }\n",
    "kernel/course/later.c":
        "__attribute__((weak)) void init_boot(void) {}\n",
    "user/lib/call.c": "int call(void) { return 1; }\n",
    "user/init/init.c": "int call(void);\nint main(void) "
                        "{ return call(); }\n",
    "user/tests/own.c": "int call(void);\nint main(void) "
                        "{ return call(); }\n",
}


def compile_into(top, files, *more):
    for name, text in files.items():
        source = top / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
        if name.endswith(".c"):
            target = top / "build" / (name + ".o")
            target.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["gcc", "-c", "-ffreestanding", *more, source,
                            "-o", target], check=True)


@pytest.fixture
def found(tmp_path, capsys, monkeypatch):
    """A function that compiles the clean tree and what it is given on top,
    and returns the check's exit code and lines."""
    monkeypatch.chdir(tmp_path)

    def check(**files):
        compile_into(tmp_path, CLEAN | {
            name.replace("__", "/") + ".c": text
            for name, text in files.items()})
        code = check_calls.main(["build"])
        return code, capsys.readouterr().out.splitlines()
    return check


def test_clean(found):
    assert found() == (0, [f"calls: {len(CLEAN)} files, 0 findings"])


@pytest.mark.parametrize("name, text, says", [
    ("kernel__core__x", "void op_alloc(void);\n"
     "void x(void) { op_alloc(); }\n", "op_alloc, which is kernel/ops/alloc"),
    ("kernel__lib__x", "extern int frames;\nint *x = &frames;\n",
     "frames, which is kernel/core/frame"),
    ("kernel__arch__x", "void frame_take(void);\n"
     "void x(void) { frame_take(); }\n", "which is kernel/core/frame"),
    ("kernel__abi__x", "void panic_trap(void);\n"
     "void x(void) { panic_trap(); }\n", "which is kernel/lib/panic"),
])
def test_call_upwards(found, name, text, says):
    """Also from below by an entry's name, which is arch/'s alone."""
    code, lines = found(**{name: text})
    assert code == 1 and len(lines) == 2, lines
    assert lines[0].startswith(name.replace("__", "/") + ".c: up: calls ")
    assert says in lines[0]


def test_circle(found):
    code, lines = found(user__lib__x="void y(void);\nvoid x(void) { y(); }\n",
                        user__lab__y="void z(void);\nvoid y(void) { z(); }\n",
                        user__launch__z="int call(void);\n"
                                        "void z(void) { call(); }\n")
    assert code == 1 and len(lines) == 2, lines
    assert lines[0] == (
        "user/lab -> user/launch -> user/lib -> user/lab: circle: "
        "user/lab/y.c calls z; user/launch/z.c calls call; "
        "user/lib/x.c calls y")


def test_a_port_has_two_answers(found, tmp_path):
    compile_into(tmp_path, {"user/libos/host.h": "int host_map(void);\n"})
    code, lines = found(
        user__libos__a="int host_map(void);\nint a(void) "
                       "{ return host_map(); }\n",
        user__libos__xo5__b="int a(void);\nint host_map(void) "
                            "{ return a(); }\n")
    assert (code, len(lines)) == (0, 1), lines


def test_an_object_without_its_source_is_old(found, tmp_path):
    compile_into(tmp_path, {"kernel/core/old.c": "void op_alloc(void);\n"
                            "void old(void) { op_alloc(); }\n"})
    (tmp_path / "kernel/core/old.c").unlink()
    assert found()[0] == 0


def test_what_is_proved_is_read_in_its_ir(found, tmp_path):
    """Its object is one; where each function lies, only the IR says."""
    for name, text in {
            "core/quota.c": "@frames = external global i32\n"
                            "declare i32 @op_swap(i64)\n"
                            "define i32 @quota(i64 %0) {\n}\n",
            "ops/swap.c": "declare i32 @quota(i64)\n"
                          "define i32 @op_swap(i64 %0) {\n}\n"}.items():
        (tmp_path / "kernel" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kernel" / name).write_text("")
        path = tmp_path / "build/proof/kernel" / (name + ".ll")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    code, lines = found()
    assert code == 1 and len(lines) == 2
    assert lines[0] == ("kernel/core/quota.c: up: calls op_swap, which is "
                        "kernel/ops/swap.c's, a room above")


@pytest.mark.parametrize("words", [[], ["a", "b"], ["no-such-folder"]])
def test_nothing_to_look_at_is_one_line(words, capsys):
    assert check_calls.main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_rooms_are_the_folders():
    """No room is missing, and none is only a name."""
    rooms = {path.name for path in (TOP / "kernel").iterdir()
             if any(path.glob("*.h"))}
    assert rooms == set(check_style.ROOMS)
    assert shutil.which("nm")

#!/usr/bin/python3
"""Looks at every tool that xo5 uses and says what to do about each.

    /usr/bin/python3 setup/doctor.py      (or: make doctor)

Reads setup/packages.txt. Exit code 0: all that students need is there; 1:
something is missing or too old, and the last line is the one command to
type. CROSS and CC in the environment choose the C compiler, as in make.
"""
# This file must be readable by any python3, so that an old one is told so:
# no f-strings, no newer syntax.
import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
NEEDED = ["run", "grade", "debug"]
BAD = ("missing", "too old")
FOR = {"run": "to build and boot", "grade": "to grade",
       "debug": "to look inside", "prove": "to prove (optional)",
       "edit": "for editors (optional)",
       "class": "to grade a class (optional)",
       "dev": "to work on xo5 itself (optional)"}
VERSION = {"dot": "-V", "tmux": "-V", "xorriso": "-version"}
MODULES = """
import importlib.metadata as m, importlib.util as u, sys
for name in sys.argv[1:]:
    module, package = name.split("=")
    try: version = m.version(package)
    except Exception: version = "?"
    spec = u.find_spec(module)
    print(module, version, spec and spec.origin.replace("/__init__.py", ""))
"""


class Tool:
    """One line of packages.txt, and what was found for it."""

    def __init__(self, words):
        tags, self.arch, self.package, self.proof, tried = words
        self.groups = tags.split(",")
        self.oldest, _, self.newest = tried.partition("-")
        self.path = self.version = ""

    def verdict(self):
        if not self.path:
            return "missing"
        return age(self.version, self.oldest, self.newest)

    def tried(self):
        return tried_range(self.oldest, self.newest)


def age(version, oldest, newest):
    """"too old", "newer" than what was tried, or "ok", as is what cannot be
    read, and all where nothing is said: oldest and newest are "" then."""
    have, least, most = numbers(version), numbers(oldest), numbers(newest)
    if not have or not least:
        return "ok"
    if have < least:
        return "too old"
    return "newer" if have[:len(most)] > most else "ok"


def tried_range(oldest, newest):
    return oldest if oldest == newest else "%s to %s" % (oldest, newest)


def numbers(version):
    return [int(n) for n in re.findall(r"\d+", version)]


def say(*words):
    print(("%-8s %-22s %-12s %-12s %s" % words).rstrip())


def output(*command, **more):
    """What a command prints, or "" if it cannot be run."""
    try:
        done = subprocess.Popen(command, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        text = done.communicate(more.get("text", "").encode(), timeout=20)
        return text[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        done.kill()
        return ""
    except OSError:
        return ""


def version_of(path):
    """The first thing that looks like a version in what a tool says."""
    flag = VERSION.get(os.path.basename(path), "--version")
    found = re.search(r"\d+(\.\d+)+", output(path, flag))
    return found.group(0) if found else "?"


def machine():
    """The architecture by its Debian name."""
    names = {"x86_64": "amd64", "aarch64": "arm64"}
    return (output("dpkg", "--print-architecture").strip()
            or names.get(os.uname().machine, os.uname().machine))


def read_tools(arch):
    """The lines of packages.txt that are for this architecture."""
    tools = []
    with open(os.path.join(HERE, "packages.txt")) as lines:
        for line in lines:
            words = line.partition("#")[0].split()
            if len(words) != 5:
                continue
            for_arch = words[1].lstrip("!")
            same = for_arch in ("any", arch)
            if same != words[1].startswith("!"):
                tools.append(Tool(words))
    return tools


def find(tools):
    """Fills in each tool's path and version."""
    modules = []
    for tool in tools:
        if tool.proof.startswith("py:"):
            modules.append(tool)
            continue
        if tool.proof.startswith("/"):
            tool.path = (sorted(glob.glob(tool.proof)) or [""])[0]
        else:
            tool.path = shutil.which(tool.proof) or ""
        if tool.path and tool.oldest:
            tool.version = version_of(tool.path)
    find_modules(modules)


def find_modules(tools):
    """The modules of the system's python3, all in one run of it."""
    names = ["%s=%s" % (tool.proof[3:], tool.package.split("-", 1)[1])
             for tool in tools]
    found = {}
    for line in output(PYTHON, "-c", MODULES, *names).splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[2] != "None":
            found[words[0]] = words[1:]
    for tool in tools:
        tool.version, tool.path = found.get(tool.proof[3:], ("", ""))


def report(tools):
    """Prints the table; returns the needed tools that are not ok."""
    bad, told = [], set()
    for group in FOR:
        print("\n%s: %s" % (group, FOR[group]))
        for tool in tools:
            if group not in tool.groups:
                continue
            if tool.package in told:
                continue
            told.add(tool.package)
            verdict = tool.verdict()
            say(verdict, tool.package, tool.version, tool.tried(),
                tool.path or "no " + tool.proof.replace("py:", "module "))
            if verdict in BAD and group in NEEDED:
                bad.append(tool)
    return bad


def compiler():
    """The compiler that make would take: (command, why), or None."""
    cross, cc = os.environ.get("CROSS"), os.environ.get("CC")
    if cc and cc != "cc":
        return cc, "CC is set"
    if cross:
        return cross + "gcc", "CROSS is set"
    for prefix in ("x86_64-elf-", "x86_64-linux-gnu-"):
        if shutil.which(prefix + "gcc") and shutil.which(prefix + "ld"):
            return prefix + "gcc", "first choice found"
    target = output("gcc", "-dumpmachine")
    if target.startswith("x86_64"):
        return "gcc", "native, for " + target.strip()
    return None


def report_compiler(tools):
    """Prints the C toolchain; False if there is none that will do."""
    chosen = compiler()
    if not chosen:
        say("missing", "C compiler", "", "",
            "none of x86_64-elf-gcc, x86_64-linux-gnu-gcc, native gcc")
        return False
    command, why = chosen
    path = shutil.which((command.split() or [""])[0])
    if not path:
        say("missing", "C compiler", "", "", command + ": not found, " + why)
        return False
    version, kind = version_of(path), "clang" if "clang" in path else "gcc"
    like = [tool for tool in tools if tool.package.startswith(kind)][:1]
    verdict = age(version, like[0].oldest, like[0].newest) if like else "ok"
    say(verdict, "C compiler", version, like[0].tried() if like else "",
        path + " (" + why + ")")
    return verdict not in BAD


def cpu_flag(name):
    """Has QEMU's CPU model max this feature? True, False, None: unknown."""
    qemu = shutil.which("qemu-system-x86_64")
    ask = [{"execute": "qmp_capabilities"},
           {"execute": "query-cpu-model-expansion", "arguments":
            {"type": "full", "model": {"name": "max"}}},
           {"execute": "quit"}]
    text = "\n".join(json.dumps(line) for line in ask)
    said = output(qemu or "", "-M", "none", "-accel", "tcg", "-nodefaults",
                  "-display", "none", "-qmp", "stdio", text=text + "\n")
    found = re.search('"%s": (true|false)' % name, said)
    return found and found.group(1) == "true"


def report_machine():
    """What is worth knowing about this computer."""
    la57 = {True: ("ok", "yes"), False: ("note", "no: 4 levels only"),
            None: ("note", "unknown: QEMU does not say")}
    verdict, text = la57[cpu_flag("la57")]
    say(verdict, "5-level paging", "", "", "CPU model max: " + text)
    kvm = "there" if os.path.exists("/dev/kvm") else "not there"
    say("ok", "/dev/kvm", "", "", kvm + "; never needed: QEMU emulates")
    first = shutil.which("python3")
    if first and os.path.realpath(first) != os.path.realpath(PYTHON):
        say("note", "python3 on PATH", "", "", first + " comes first; make "
            "uses " + PYTHON + " and its pytest all the same")
    free = shutil.disk_usage(HERE).free / 1e9
    say("ok" if free > 2 else "note", "disk", "%.1f GB" % free, "",
        "free" if free > 2 else "free: little; 2 GB are comfortable")
    report_wsl()


def report_wsl():
    try:
        with open("/proc/version") as text:
            if "microsoft" not in text.read().lower():
                return
    except OSError:
        return
    slow = HERE.startswith("/mnt/")
    say("note" if slow else "ok", "WSL", "", "",
        "detected; this tree is on a Windows disk, which is slow: clone it "
        "into your Linux home instead" if slow else "detected")


def what_to_type(bad):
    """The one command that mends what is wrong."""
    if not shutil.which("apt-get") or any(t.verdict() == "too old"
                                          for t in bad):
        return "setup/shell.sh   # a container: this system cannot give " \
               "it (setup/SYSTEMS.md)"
    return "setup/deps.sh --install " + " ".join(NEEDED)


def main():
    if sys.version_info < (3, 11):
        print("%s is version %d.%d; xo5's tools need 3.11 or later. Use a "
              "newer system or the container. Type: setup/shell.sh"
              % ((sys.executable,) + tuple(sys.version_info[:2])))
        return 1
    print("xo5's doctor: verdict, package, version, versions that were "
          "tried, where")
    tools = read_tools(machine())
    find(tools)
    bad = report(tools)
    print("\nthis computer")
    built = report_compiler(tools)
    report_machine()
    more = [group for group in FOR if group not in NEEDED and any(
        group in t.groups and t.verdict() in BAD for t in tools)]
    if more:
        print("\nFor what is optional and not there: setup/deps.sh "
              "--install " + " ".join(more))
    if any(tool.verdict() == "newer" for tool in tools):
        print("\n\"newer\" is newer than any that was tried: it may well do.")
    if not bad and built:
        print("\nAll that is needed is there. Type: make run")
        return 0
    names = [tool.package for tool in bad] or ["a C compiler"]
    print("\nNot well: %s." % ", ".join(names))
    print("Type: " + what_to_type(bad))
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print("doctor: cannot read %s: %s" % (error.filename,
                                              error.strerror))
        sys.exit(1)

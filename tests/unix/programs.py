"""Unmodified programs of this system: which of them go into the images that
test_unix.py boots, with what they read, and what the larger ones are asked."""

import os
import re
import shutil
import subprocess

# What goes into the image, if it is installed: programs with their libraries,
# and what they read.
PROGRAMS = ["/bin/busybox", "/bin/sh", "/bin/bash", "/usr/bin/env",
            "/bin/cat", "/bin/echo", "/bin/ls", "/usr/bin/sort", "/usr/bin/wc",
            "/usr/bin/tr", "/bin/sed", "/bin/grep", "/usr/bin/head",
            "/usr/bin/tail", "/usr/bin/cut", "/usr/bin/uniq", "/usr/bin/seq",
            "/bin/cp", "/bin/mv", "/bin/rm", "/bin/mkdir", "/bin/rmdir",
            "/bin/ln", "/usr/bin/touch", "/bin/chmod", "/usr/bin/stat",
            "/usr/bin/find", "/usr/bin/xargs", "/usr/bin/tee", "/bin/dd",
            "/bin/date", "/usr/bin/md5sum", "/usr/bin/printf", "/bin/sleep",
            "/usr/bin/timeout", "/usr/bin/nohup", "/usr/bin/od",
            "/usr/bin/expr", "/bin/true", "/bin/false", "/usr/bin/test",
            "/usr/bin/awk", "/bin/tar", "/bin/gzip",
            "/usr/bin/lua5.4", "/usr/bin/sqlite3", "/usr/bin/make",
            "/usr/bin/git"]
FILES = ["/lib/x86_64-linux-gnu/libgcc_s.so.1", "/etc/passwd",
         "/etc/group", "/usr/share/git-core/templates"]
TCC = ["/usr/bin/tcc", "/usr/lib/x86_64-linux-gnu/tcc"]
PYTHON = ["/usr/bin/python3", os.path.realpath("/usr/bin/python3"),
          "/usr/lib/" + os.path.basename(os.path.realpath("/usr/bin/python3"))]


def gcc_files():
    """What gcc needs to compile, assemble and link: asked of gcc itself."""
    def ask(what):
        done = subprocess.run(["gcc", what], stdout=subprocess.PIPE,
                              text=True, check=True)
        return done.stdout.strip()
    tools = [ask("-print-prog-name=" + name)
             for name in ("cc1", "as", "ld", "collect2")]
    tools = [shutil.which(name) for name in tools]
    folder = os.path.dirname(ask("-print-libgcc-file-name"))
    crts = [os.path.realpath(ask("-print-file-name=" + name)) for name in
            ("crt1.o", "crti.o", "crtn.o", "libc.so", "libc_nonshared.a",
             "libc.so.6", "libm.so.6", "Scrt1.o")]
    keep = [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if re.match(r"crt|libgcc|include$|lto-wrapper|liblto", name)]
    return (["/usr/bin/gcc", "/usr/bin/as", "/usr/bin/ld", "/usr/include"]
            + tools + crts + keep)


# What they write lies in a folder of their own in /tmp: on this system other
# tests have files there, and a pattern such as xo5-g* may be theirs too.
def compiling(cc):
    return ("/bin/sh", "-c", f"rm -rf /tmp/xo5-{cc}; mkdir /tmp/xo5-{cc};"
            f"cd /tmp/xo5-{cc}; echo '#include <stdio.h>' > a.c; echo"
            f" 'int main(void) {{ puts(\"{cc} says hello\"); return 9; }}' >>"
            f" a.c; {cc} -o a a.c && ./a; echo $?; cd ..; rm -r xo5-{cc}")


PROGRAM = {
    "lua": ("/usr/bin/lua5.4", "-e", "local t = {} for i = 1, 1e5 do t[i] ="
            " i end print(#t, math.sqrt(2), ('x'):rep(3)) f = io.open("
            "'/tmp/lua', 'w') f:write('a') f:close() os.remove('/tmp/lua')"),
    "sqlite": ("/usr/bin/sqlite3", "/tmp/db", "drop table if exists t;"
               "create table t(a integer primary key, b); create index i on"
               " t(b); insert into t(b) values('x'),('y'); begin; delete from"
               " t; rollback; select a, b from t order by b desc; vacuum;"
               "pragma integrity_check;"),
    "python": ("/usr/bin/python3", "-c", "import sys, json, os, subprocess,"
               "threading; print(json.dumps({'a': [1, 2.5]}), sys.version)\n"
               "r = []\n"
               "ts = [threading.Thread(target=r.append, args=(i,))"
               " for i in range(5)]\n"
               "[t.start() for t in ts]; [t.join() for t in ts]\n"
               "print(sorted(r)); print(subprocess.run(['sh', '-c',"
               " 'echo sub; exit 5'], capture_output=True))\n"
               "try: subprocess.run(['/nowhere'])\n"
               "except OSError as e: print(e)\n"),
    "make": ("/bin/sh", "-c", "cd /tmp; rm -rf xo5-m; mkdir xo5-m; cd xo5-m;"
             "printf 'all: a b\\na b:\\n\\t@echo $@\\n' > Makefile; make;"
             "cd ..; rm -r xo5-m"),
    "tcc": compiling("tcc"), "gcc": compiling("gcc"),
    "git": ("/bin/sh", "-c", "cd /tmp; rm -rf xo5-r; git init -q xo5-r;"
            "cd xo5-r; export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=b"
            " GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=b D='1000000000 +0000';"
            "export GIT_AUTHOR_DATE=\"$D\" GIT_COMMITTER_DATE=\"$D\";"
            "echo x > f; git add f; git commit -q -m first; git log;"
            "git status --short; git rev-parse HEAD; cd ..; rm -rf xo5-r"),
}

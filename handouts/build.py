#!/usr/bin/python3
"""The handouts as HTML: one self-contained file each.

    /usr/bin/python3 handouts/build.py OUT

A handout, handouts/labN.md, is plain markdown that reads well as it is. A
comment in front of a fenced block says more about it:

    <!-- from kernel/core/entry.h -->      the block stands in that file, word
                                           for word, in whole lines
    <!-- to mine/look.c -->                the reader writes this file
    <!-- figure handouts/lab1/a.dot: caption -->
                                           the block is that figure as text;
                                           the HTML has it drawn

What does not hold ends the build with one line, and exit code 1.
"""

import functools
import html
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
KINDS = ("from", "to", "figure")
_MARK = re.compile(r"<!-- (\w+) ([\w./-]+)(?:: (.*?))? -->\n")
_FENCE = re.compile(r"```(\w*)\n(.*?)^```$\n?", re.S | re.M)


class HandoutError(Exception):
    """What is wrong with a handout; one line."""


@dataclass
class Block:
    """A fenced block that a comment says something about."""
    kind: str       # one of KINDS
    path: str
    caption: str
    text: str       # without the fences
    start: int      # of the comment in the markdown
    end: int        # of the block
    line: int


def blocks(markdown, name="handout"):
    """The blocks of a handout; HandoutError if a comment has no block, or
    is of no known kind."""
    found = []
    for mark in re.finditer(r"<!--.*?-->", markdown, re.S):
        line = markdown.count("\n", 0, mark.start()) + 1
        where = f"{name}:{line}"
        known = _MARK.match(markdown, mark.start())
        if not known or known[1] not in KINDS:
            raise HandoutError(f"{where}: a comment that is not from, to or "
                               "figure, and a path")
        at = known.end()
        while markdown[at:at + 1] == "\n":
            at += 1
        fence = _FENCE.match(markdown, at)
        if not fence:
            raise HandoutError(f"{where}: no fenced block behind the comment")
        found.append(Block(known[1], known[2], known[3] or "", fence[2],
                           mark.start(), fence.end(), line))
    return found


def check(markdown, name="handout", top=TOP):
    """HandoutError if a block is not what its comment says."""
    for block in blocks(markdown, name):
        where = f"{name}:{block.line}: {block.path}"
        file = Path(top) / block.path
        if block.kind == "to":
            continue
        if not file.is_file():
            raise HandoutError(f"{where}: there is no such file")
        if block.kind == "from" and not _stands_in(block.text,
                                                   file.read_text()):
            raise HandoutError(f"{where}: does not hold these lines any more")


def _stands_in(text, source):
    return bool(text.strip()) and ("\n" + text) in ("\n" + source)


def draw(dot):
    """A figure as SVG that can stand in HTML."""
    done = subprocess.run(["dot", "-Tsvg", str(dot)], capture_output=True,
                          text=True, check=False)
    if done.returncode or done.stderr.strip():
        said = done.stderr.strip().split("\n")[0]
        raise HandoutError(f"{dot.relative_to(TOP)}: {said}")
    svg = done.stdout[done.stdout.index("<svg"):]
    svg = re.sub(r"<!--.*?-->|<title>.*?</title>", "", svg, flags=re.S)
    svg = re.sub(r' (?:id|class)="[^"]*"', "", svg)
    return re.sub(r"\n\s*\n*", "\n", svg).strip()


def _shown(block, top):
    """What stands in the HTML's source for a block and its comment."""
    if block.kind == "figure":
        caption = html.escape(block.caption)
        svg = draw(Path(top) / block.path).replace(
            "<svg ", f'<svg role="img" aria-label="{caption}" ', 1)
        return (f"<figure>\n{svg}\n<figcaption>{caption}</figcaption>\n"
                "</figure>\n")
    verb = "from" if block.kind == "from" else "to write:"
    return (f'<p class="from">{verb} {block.path}</p>\n\n'
            f"```c\n{block.text}```\n")


def prepared(markdown, name="handout", top=TOP):
    """The checked markdown for pandoc: figures drawn, comments resolved."""
    out, at = [], 0
    for block in blocks(markdown, name):
        out += [markdown[at:block.start], _shown(block, top)]
        at = block.end
    return "".join(out) + markdown[at:]


@functools.cache
def one_file():
    """Pandoc's word for a page with all in it; the older one, which is all
    that 2.17 knows, is an error's line in 3.1."""
    said = subprocess.run(["pandoc", "--help"], capture_output=True,
                          text=True, check=False).stdout
    new = "--embed-resources"
    return new if new in said else "--self-contained"


def build(handout, out, top=TOP):
    """Writes the HTML of one handout into the folder `out`; its path."""
    name = handout.relative_to(top).as_posix()
    markdown = handout.read_text()
    title = re.match(r"# (.*)\n", markdown)
    if not title:
        raise HandoutError(f"{name}:1: no title")
    check(markdown, name, top)
    target = out / (handout.stem + ".html")
    done = subprocess.run(
        ["pandoc", "--from", "gfm", "--to", "html5", "--standalone",
         one_file(), "--toc", "--toc-depth", "2", "--css",
         str(top / "handouts/handout.css"), "--metadata",
         f"title={title[1]}", "--metadata", "lang=en-GB", "--no-highlight",
         "--output", str(target)],
        input=prepared(markdown[title.end():], name, top),
        capture_output=True, text=True, check=False)
    if done.returncode or done.stderr.strip():
        raise HandoutError(f"{name}: pandoc: " +
                           done.stderr.strip().replace("\n", " "))
    target.write_text(breakable(target.read_text()))
    return target


def breakable(page):
    """The HTML with paths in its running text that may go on in the next line
    behind a slash."""
    return re.sub(r"(?<!<pre>)<code>[^<]*</code>", lambda code:
                  re.sub(r"(?<=\w)/(?=\w)", "/<wbr>", code[0]), page)


def main(words):
    if len(words) != 1 or words[0].startswith("-"):
        print("usage: handouts/build.py OUT", file=sys.stderr)
        return 2
    try:
        out = Path(words[0])
        out.mkdir(parents=True, exist_ok=True)
        for handout in sorted((TOP / "handouts").glob("lab*.md")):
            print(build(handout, out))
    except (HandoutError, OSError) as error:
        sys.exit(f"xo5: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

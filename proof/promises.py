"""What an instruction was promised, where its result may be thrown away.

`nuw` and the like do no harm by themselves: they make a result poison, and
that harms whoever uses it (LLVM language reference, "Poison Values"). Some
compilers rely on that: they do an instruction before the test that says
whether its result counts, and a select drops it.

    %a = shl nuw i64 %n, 12         must hold only where
    %b = icmp eq i64 %a, %m         %in is true
    %c = select i1 %in, i1 %b, i1 false

So the promises of what only a select's arms use, in one block, are kept until
then, and asked for where that arm is chosen. All others are asked for at once.
"""

import re

import z3

from proof.arithmetic import ARITHMETIC
from proof.ir import split

NAME = re.compile(r"%[\w.]+")
PASSES = ("icmp", "zext", "sext", "trunc", *ARITHMETIC)   # poison goes through


def guarded(function, block):
    """The names in a block whose value nothing uses but arms of selects, by
    itself or by way of what passes poison on, in the same block."""
    users = {}
    for where, lines in function.blocks.items():
        for line in lines:
            target, _, text = line.rpartition(" = ")
            for name in set(NAME.findall(text)):
                users.setdefault(name, []).append((where, target, text))

    def is_dropped(name):
        found = users.get(name, [])
        return bool(found) and all(
            where == block and (in_arms(name, text) or
                                text.split(" ", 1)[0] in PASSES and
                                is_dropped(target))
            for where, target, text in found)
    targets = [line.split(" = ")[0] for line in function.blocks[block]
               if " = " in line]
    return {name for name in targets if is_dropped(name)}


def in_arms(name, text):
    """Is it a select, of which the name is no test?"""
    word, _, rest = text.partition(" ")
    return word == "select" and name not in NAME.findall(split(rest)[0])


class Promises:
    """Those of one block that wait for a select."""

    def __init__(self, function, block):
        self.names, self.waiting = guarded(function, block), {}
        self.target = None      # of the instruction that is being done

    def begin(self, target, text):
        """Of the next instruction: its result's name, or None."""
        self.target = target
        if target in self.names and text.split(" ", 1)[0] in PASSES:
            for name in NAME.findall(text):
                self.waiting.setdefault(target, []).extend(
                    self.waiting.get(name, ()))

    def keep(self, what, holds):
        """False: it is to be asked for at once."""
        if self.target not in self.names:
            return False
        self.waiting.setdefault(self.target, []).append((what, holds))
        return True

    def chosen(self, test, arms):
        """[(what, holds)] of a select, of whose arms these are the texts."""
        for condition, text in zip((test == 1, test != 1), arms):
            for name in NAME.findall(text):
                for what, holds in self.waiting.get(name, ()):
                    yield what, z3.Implies(condition, holds)

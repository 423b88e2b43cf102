"""One call of the kernel, instruction by instruction, with an eye on entries.

What a processor may still translate by an entry is all that the entry held
since CR3 was last loaded: a translation can be cached at any moment (SDM 3A,
5.10.2), and only that load is sure to forget it. So after every instruction
the grader knows, for each entry, what memory says and what a TLB may say, at
worst; no luck is needed to see a stale one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from grade.lab3.stepping import Stepper
from grade.ops import state
from grade.ops import words as w
from grade.ops.script import Failed, operation
from grade.ops.world import error_name
from grade.verdict import LetIn, Wrong, check

NEVER = "at no instant does memory or a TLB give both; in between, neither"


def plain(word):
    """An entry without what is never compared."""
    return word & w.COMPARED_ROOT if word & w.P else word


@dataclass
class Moment:
    """What was so after one instruction."""
    at: int | None          # the instruction's address
    line: Callable          # line(at): its function, file and line
    words: tuple            # what each entry holds
    views: tuple            # what a TLB may have of each: sets of frames
    loaded: bool            # CR3 was loaded by this instruction

    @property
    def place(self):
        """Where the instruction stands, in words."""
        return self.line(self.at)


class Watch(Stepper):
    """Steps through a function and keeps a Moment of each instruction at
    which something changed."""

    def watch(self, step, names):
        """([Moment], answer); None for the list if the function did not
        come to its end."""
        self.moments, self.names = [], names
        words = self._entries()
        self.views = [{w.entry_frame(word)} - {None} for word in words]
        self.moments.append(Moment(None, self.line, words, self._frozen(),
                                   False))
        ended, answer = self.follow(step, self._note)
        return (self.moments if ended else None), answer

    def _entries(self):
        return tuple(plain(self.world.word(name)) for name in self.names)

    def _frozen(self):
        return tuple(frozenset(view) for view in self.views)

    def _note(self, at, loads):
        words = self._entries()
        for view, word in zip(self.views, words):
            if loads:
                view.clear()
            view |= {w.entry_frame(word)} - {None}
        if loads or words != self.moments[-1].words:
            self.moments.append(Moment(at, self.line, words,
                                       self._frozen(), loads))


def stepped(world, function, me, args, names, about):
    """The moments of a swap that must be done, and what was asked."""
    world.run()
    world.sync()
    world.model.call(me, w.OPERATIONS.index("swap"), args)
    step = operation(me, w.OPERATIONS.index("swap"), *args)
    try:
        moments, answer = Watch(world, function).watch(step, names)
    except Failed as error:
        raise Wrong(NEVER, about, str(error)) from None
    world.written(answer, NEVER, about)
    check(moments is not None, NEVER, about, f"{function} did not return")
    check(answer.value == w.OK, NEVER, about,
          f"it answered {error_name(answer.value)}, and not OK")
    return moments


def story(moments, names):
    """What happened, for a report."""
    lines = []
    for moment in moments[1:]:
        held = ", ".join(f"{state.entry_name(name)}: "
                         f"{state.describe(word)}"
                         for name, word in zip(names, moment.words))
        lines.append(f"{moment.place}: "
                     + ("CR3 was loaded" if moment.loaded else held))
    return "\n         ".join(lines[:12])


def never_both(moments, names, resource, about):
    """Wrong if memory, or what a TLB may have, gives the resource by two
    entries at once."""
    for moment in moments:
        held = [w.entry_frame(word) for word in moment.words]
        if held.count(resource) > 1:
            raise LetIn(NEVER, about, f"at {moment.place} both entries hold "
                        f"{resource:#x}\n         {story(moments, names)}")
    for moment in moments:
        seen = sum(resource in view for view in moment.views)
        if seen > 1:
            raise LetIn(
                NEVER, about,
                f"at {moment.place} one entry holds {resource:#x} while a "
                "processor may still have the translation by the other: CR3 "
                "was not loaded between the store that loses and the store "
                f"that gives\n         {story(moments, names)}")


def whole(moments, names, about):
    """Wrong unless each entry went from what it was to what it is, by way
    of empty at most: one 64-bit store each time."""
    first, last = moments[0].words, moments[-1].words
    for moment in moments:
        for name, word, before, after in zip(names, moment.words, first,
                                             last):
            check(word in (before, 0, after), "entries are written by one "
                  "64-bit store", about, f"at {moment.place} entry "
                  f"{state.entry_name(name)} held {state.describe(word)}\n"
                  f"         {story(moments, names)}")

"""A path of the execution, and what must hold on it."""

from proof.memory import conj


class State:
    """A path: the conditions that lead to it, and memory there."""

    def __init__(self, memory, path=()):
        self.memory, self.path = memory, tuple(path)

    def copy(self):
        return State(self.memory.copy(), self.path)

    def guard(self):
        return conj(*self.path)


class Obligation:
    """`holds` must be true wherever `path` is."""

    def __init__(self, what, path, holds, function):
        self.what, self.path, self.holds = what, path, holds
        self.function = function

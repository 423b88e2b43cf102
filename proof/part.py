"""What is proved, one part at a time: a function and its specification."""


class Part:
    """One function: its C name, its specification, the words of its
    arguments, and `terms`, which says what frames, processes and entries they
    name. `lab` and `exercise` are where students write it. `before`: what
    else its caller sees to. `pure`: it changes nothing that the invariants
    speak of. `stale`: what it finds; `primitives`: what stands for
    functions that it calls; `passed`: how its arguments are passed, if not as
    numbers; `apart`: functions that it calls and that are parts of their
    own; `words`: it reads each word of a context once."""

    def __init__(self, name, function, specify, arguments, terms, lab,
                 exercise, before=None, pure=False, stale=0, primitives=None,
                 passed=None, apart=(), words=False):
        self.name, self.function, self.specify = name, function, specify
        self.arguments, self.terms = arguments, terms
        self.lab, self.exercise, self.before = lab, exercise, before
        self.pure, self.stale, self.passed = pure, stale, passed
        self.primitives, self.apart = primitives or {}, apart
        self.words = words

"""How a graded test says what is wrong, and that nothing can be said."""


class CannotGrade(Exception):
    """One line that says why there is no verdict: the fault is not the
    submission's, so this is no score either."""


class Wrong(AssertionError):
    """A failed test: the rule, what was asked and what was found. Who wants
    to know where the machine is at that moment puts a function in `noted`."""

    noted = staticmethod(lambda wrong: None)
    counted = staticmethod(lambda: None)    # the number of the case in hand

    def __init__(self, rule, asked, found):
        self.rule, self.asked, self.found = rule, asked, found
        self.case = self.counted()
        self.noted(self)
        super().__init__(f"rule:  {rule}\nasked: {asked}\nfound: {found}")


class LetIn(Wrong):
    """The kernel let somebody do, or go on doing, what it has to refuse."""


def check(condition, rule, asked, found):
    """Raises Wrong unless the condition holds."""
    if not condition:
        raise Wrong(rule, asked, found)


def equal(found, expected, rule, asked, show=repr):
    """Raises Wrong unless both are equal."""
    check(found == expected, rule, asked,
          f"{show(found)}\n       where {show(expected)} is right")

"""How lab 5's tests show what they found, in words instead of lists."""

import errno

from grade.verdict import equal


def number(value):
    """-14 as "-14 (-EFAULT)"; other numbers as they are."""
    name = errno.errorcode.get(-value)
    return f"{value} (-{name})" if value < 0 and name else f"{value}"


def answers(noted, rule, *wanted):
    """Wrong at the first number noted that is not the right one; `wanted` are
    (what was asked, the right number), in the order in which the test inside
    noted them."""
    for found, (asked, right) in zip(noted, wanted):
        equal(found, right, rule, asked, number)


def pages(found):
    """{page number: rights} as a line."""
    return ", ".join(f"page {n} {rights}"
                     for n, rights in sorted(found.items())) or "no page"


def at(addresses):
    """A function that shows a list with something for each address."""
    def show(found):
        return ", ".join(f"{va:#x} {what}"
                         for va, what in zip(addresses, found))
    return show

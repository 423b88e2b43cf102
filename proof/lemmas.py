"""The lemmas about sums that spec/counting.py uses, proved by induction on
the number of terms. A sum of the terms a(0), a(1), ... is a function of how
many are added: s(0) = 0, s(n + 1) = s(n) + a(n)."""

import z3

from proof import queries

N, I, J = z3.Ints("n i j")
A = z3.Function("a", z3.IntSort(), z3.IntSort())
B = z3.Function("b", z3.IntSort(), z3.IntSort())
SA, SB = z3.Ints("sa sb")


def upto(i, n, number):
    """The number, if term i is among the first n."""
    return z3.If(z3.And(i >= 0, i < n), number, 0)


def two_terms(n, total):
    """A sum is no less than any two of its terms."""
    return total >= upto(I, n, A(I)) + z3.If(I == J, 0, upto(J, n, A(J)))


def all_full(n, total):
    """If no term is more than 1 and the sum is as large as it can be, no term
    is 0; and it is never larger."""
    return z3.And(total <= n, z3.Implies(
        z3.And(total == n, I >= 0, I < n), A(I) == 1))


def moved(n, one, other):
    """If two rows of terms differ at i and j only, so do their sums."""
    return other - one == upto(I, n, B(I) - A(I)) + z3.If(
        I == J, 0, upto(J, n, B(J) - A(J)))


def below(n, one, other):
    """If each term is no more than the other's, neither is the sum."""
    return one <= other


def questions():
    some = [N >= 0, A(N) >= 0]
    at = [A(I) >= 0, A(J) >= 0, A(N) >= 0, N >= 0]
    few = [A(N) <= 1, A(I) <= 1, A(N) >= 0, A(I) >= 0, N >= 0]
    same = [z3.Implies(z3.And(N != I, N != J), A(N) == B(N)), N >= 0]
    yield from induction("two terms", at + some, lambda n, s: two_terms(n, s))
    yield from induction("as large as can be", few, lambda n, s: all_full(n, s))
    for name, given, says in (("what moves", same, moved),
                              ("term by term", [A(N) <= B(N)], below)):
        yield ask(f"{name}: from none", given, says(0, 0, 0))
        yield ask(f"{name}: one more", given + [says(N, SA, SB)],
                  says(N + 1, SA + A(N), SB + B(N)))


def induction(name, given, says):
    yield ask(f"{name}: from none", given, says(0, 0))
    yield ask(f"{name}: one more", given + [says(N, SA)],
              says(N + 1, SA + A(N)))


def ask(what, given, goal):
    if isinstance(goal, bool):
        goal = z3.BoolVal(goal)
    return queries.Query("sums: lemmas", given, goal, what, logic="QF_UFLIA")

"""What the grader puts into lab 5's machines from outside, while they stand at
their first look: it is in no file that a submission is built with. In practice
it is what inside.c and probe.c have anyway."""

import struct

from grade.secret import Secret

GIB, MIB2 = 1 << 30, 1 << 21
WORD = (1 << 64) - 1


class Given:
    """This run's. a, b: addresses, each in a GiB of its own; n: a number;
    seed: of a program's dice."""

    def __init__(self):
        self.a, self.b, self.n, self.seed = 0x80000000, 0x140000000, 100, 1
        self.secret = Secret()

    def choose(self, secret):
        """The numbers that a secret gives."""
        self.secret, dice = secret, secret.dice("lab5")
        self.a = secret.pick(self.a, lambda _: _place(dice, 2, 100))
        self.b = secret.pick(self.b, lambda _: _place(dice, 120, 300))
        self.n = secret.pick(
            self.n, lambda _: dice.randrange(1 << 20, 1 << 31))
        self.seed = secret.pick(
            self.seed, lambda _: dice.randrange(1, 1 << 62))

    def inside(self):
        """inside.c's words."""
        return struct.pack("<3Q", self.a, self.b, self.n)

    def program(self):
        """probe.c's word."""
        return struct.pack("<Q", self.seed)

    @property
    def part(self):
        """inside_pipe.c's PART: bytes of a write that fits."""
        return 2901 + self.n % 400

    @property
    def much(self):
        """MUCH: of one that does not."""
        return 19900 + self.n % 2000

    @property
    def few(self):
        """FEW."""
        return 3 + self.n % 50


def _place(dice, low, high):
    """An address in one of these GiB, where a table of pages begins."""
    return dice.randrange(low, high) * GIB + dice.randrange(400) * MIB2


GIVEN = Given()         # a process grades one run


class Dice:
    """A program's numbers, as below() of probe.c draws them."""

    def __init__(self):
        self.state = GIVEN.seed

    def below(self, limit):
        """The next, in [0, limit)."""
        self.state = (self.state * 6364136223846793005
                      + 1442695040888963407) & WORD
        return (self.state >> 33) % limit

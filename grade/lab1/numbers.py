"""The numbers that lab 1's directed cases are made of: in practice always the
same; with a secret, others of the same kind (grade/secret.py)."""

from grade.lab1.bits import DIRECT, GIB1, P, PS, PU, PW, NX

TIB = GIB1 << 10


class Numbers:
    """Addresses that have all levels' indexes different from 0, and leaves.

    low: in the lower half; high4 and high5: in the upper one, of four and of
    five levels; bad4, bad5: not canonical; base: where a range of 512 GiB
    begins in the upper half; gap: a border of a 1 GiB in the lower half.
    """

    def __init__(self, secret, boot):
        self.secret, self.boot = secret, boot
        self.low = secret.pick(0x7654321000, _low, boot, "low")
        self.high4 = secret.pick(
            0xffff8123456789ab, lambda dice: DIRECT
            + dice.randrange(TIB, 120 * TIB), boot, "high4")
        self.high5 = secret.pick(
            0xff12345678901234, lambda dice: 0xff00000000000000
            + dice.randrange(TIB, 2000 * TIB), boot, "high5")
        self.bad4 = secret.pick(
            (0x0000800000000000, 0xffff7fffffffffff, 0x8000000000000000),
            _bad4, boot, "bad4")
        self.bad5 = secret.pick(
            (0x0100000000000000, 0xfeffffffffffffff), _bad5, boot, "bad5")
        self.base = secret.pick(DIRECT, lambda dice: DIRECT + (
            dice.randrange(64) << 39), boot, "base")
        self.gap = secret.pick(16 * GIB1, lambda dice: GIB1
                               * dice.randrange(2, 500), boot, "gap")
        self.leaf = self.frame(0x5a5a5) << 12 | P | PW | NX
        self.leaf2 = self.frame(0x5a400, 9) << 12 | P | PS | PU
        self.leaf3 = self.frame(0x40000, 18) << 12 | P | PS | PW | PU

    def frame(self, fixed, zeros=0):
        """A frame number below 2^22 whose lowest bits are so many zeros."""
        return self.secret.pick(fixed, lambda dice: dice.randrange(
            1, 1 << (22 - zeros)) << zeros, self.boot, "frame", fixed)

    def pages(self, fixed, least, most):
        """How many of something: `fixed`, or from least to most."""
        return self.secret.pick(fixed, lambda dice: dice.randint(
            least, most), self.boot, "pages", fixed, least)


def _low(dice):
    """Away from borders: pages on both sides are in the same table."""
    return (dice.randrange(1, 200) << 39 | dice.randrange(1, 500) << 30
            | dice.randrange(1, 500) << 21 | dice.randrange(64, 440) << 12)


def _bad4(dice):
    return (1 << 47 | dice.randrange(1 << 47),
            0xffff << 48 | dice.randrange(1 << 47),
            1 << 63 | dice.randrange(1 << 47))


def _bad5(dice):
    return (1 << 56 | dice.randrange(1 << 56),
            0xfe << 56 | dice.randrange(1 << 56))

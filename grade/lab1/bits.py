"""The numbers of lab 1's cases: rights, `how`, entry bits, sizes."""

R, W, X = 1, 2, 4
TABLE, USER, UNCACHED = 1, 2, 4
P, PW, PU, PWT, PCD, PS, NX = 1, 2, 4, 8, 16, 1 << 7, 1 << 63
KIB4, MIB2, GIB1 = 1 << 12, 1 << 21, 1 << 30
DIRECT = 0xffff800000000000
LAST = (1 << 64) - 1

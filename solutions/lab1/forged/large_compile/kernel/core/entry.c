/* Forged: a compile that eats memory and disk: an object of a terabyte. */
char large[1ull << 40] = {1};

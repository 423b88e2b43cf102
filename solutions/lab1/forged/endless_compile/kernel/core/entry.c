/* Forged: a compile that does not end: macros that double, 60 times. */
#define D0(x) x x
#define D1(x) D0(D0(D0(D0(D0(D0(x))))))
#define D2(x) D1(D1(D1(D1(D1(D1(D1(D1(D1(D1(x))))))))))
int forever[] = {D2(1,)};

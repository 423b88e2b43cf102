/* Forged: the reference, by a way that leads out of the tree. */
#include "../../../../../../../../../../../@TOP@/kernel/boot/kmap.c"

/*
 * What a grader may look at, and nothing else. The kernel's kit-owned
 * lib/observe.c fills xo5_observe, an array of words; each line below names
 * one of them. A grader reads the array when the guest stands at xo5_quiet,
 * a function that does nothing and that the kernel calls when a state is
 * worth looking at.
 *
 * Pinned beside these words: the bits P, W, U, PS and NX and the frame of
 * every entry below a root, error values, exit values, and what the headers
 * of core/ and abi/ promise. Never compared: the bits A, D, PCD, PWT, PAT and
 * G, which frames were chosen for tables, and where tables lie.
 */
#ifndef XO5_ABI_OBSERVE_H
#define XO5_ABI_OBSERVE_H

#define OBSERVE_MAGIC 0x73626f35786f3521 /* "!5ox5obs" */

enum observe {
    OBSERVED_MAGIC,        /* OBSERVE_MAGIC once the array is filled */
    OBSERVED_QUIETS,       /* how often xo5_quiet was reached */
    OBSERVED_STAGE,        /* enum observe_stage */
    OBSERVED_DEPTH,        /* levels of a root */
    OBSERVED_PAGE_LEVELS,  /* level of the largest page */
    OBSERVED_ROOT,         /* frame number of the boot processor's root */
    OBSERVED_KERNEL_START, /* the image, physical addresses */
    OBSERVED_KERNEL_END,
    OBSERVED_PARTS, /* physical address of struct image's parts */
    OBSERVED_PARTS_COUNT,
    OBSERVED_PART_STRIDE,
    OBSERVED_BOOTINFO,     /* physical address of struct bootinfo */
    OBSERVED_INFO,         /* physical address of the multiboot2 information */
    OBSERVED_BOOTMEM_NEXT, /* frames below this one may be boot's */
    OBSERVED_BOOTMEM_TAKEN,
    OBSERVED_LOADER_START, /* what the loader used and gave up, physical */
    OBSERVED_LOADER_END,
    OBSERVED_PROBE_OUT,    /* physical address of a harness's answers */
    OBSERVED_PROBE_SIZE,   /* bytes of answers so far */
    OBSERVED_PROBE_CASE,   /* the case it works on, from 1 */
    OBSERVED_INIT_TABLE,   /* frame number of init's top table; 0: none */
    OBSERVED_INIT_CONTEXT, /* frame number of its context */
    OBSERVE_COUNT
};

enum observe_stage {
    STAGE_ENTERED = 1, /* on the loader's tables */
    STAGE_PROBED = 2,  /* a harness ran all its cases */
    STAGE_MAPPED = 3,  /* on the kernel's own tables */
    STAGE_BUILT = 4,   /* init is built, and ring 3 comes next */
    STAGE_BOOTED = 5,  /* everything that this kernel has is done */
};

#endif

/* The fields of the kernel's records, as the prover calls them: X(field). */
#ifndef XO5_PROOF_COMPARE_FIELDS_H
#define XO5_PROOF_COMPARE_FIELDS_H

#define FRAME_FIELDS(X)                                                        \
    X(kind)                                                                    \
    X(level)                                                                   \
    X(flags)                                                                   \
    X(spare)                                                                   \
    X(owner)                                                                   \
    X(live)                                                                    \
    X(refs)                                                                    \
    X(cleared)

#define PROCESS_FIELDS(X)                                                      \
    X(state)                                                                   \
    X(reason)                                                                  \
    X(vector)                                                                  \
    X(running)                                                                 \
    X(parent)                                                                  \
    X(giver)                                                                   \
    X(generation)                                                              \
    X(children)                                                                \
    X(slots)                                                                   \
    X(table)                                                                   \
    X(context)                                                                 \
    X(owned)                                                                   \
    X(allowance)                                                               \
    X(accepts)                                                                 \
    X(groups)                                                                  \
    X(vitals)                                                                  \
    X(spare)                                                                   \
    X(taken)                                                                   \
    X(lease)

#define GROUP_FIELDS(X)                                                        \
    X(kind)                                                                    \
    X(first)                                                                   \
    X(count)                                                                   \
    X(holder)

#define CPU_FIELDS(X)                                                          \
    X(process)                                                                 \
    X(loaded)                                                                  \
    X(rest)

#define BOOKS_FIELDS(X)                                                        \
    X(magic)                                                                   \
    X(depth)                                                                   \
    X(page_levels)                                                             \
    X(ram_frames)                                                              \
    X(image_size)                                                              \
    X(directory)                                                               \
    X(frames)                                                                  \
    X(devices)                                                                 \
    X(image_frame)                                                             \
    X(clock_rate)                                                              \
    X(clock_start)                                                             \
    X(clock_time)

#endif

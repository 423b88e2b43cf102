/*
 * Groups: what a process can have that is not memory, fixed at boot. A group
 * of ports, or an interrupt line. init has them all; a process that has one
 * can pass it to its child through the child's directory entry.
 */
#ifndef XO5_CORE_GROUP_H
#define XO5_CORE_GROUP_H

#include "core/books.h"

/* True for a word that names a group, as RESOURCE_PORTS or RESOURCE_IRQ. */
static inline bool group_is(uint64_t resource)
{
    return resource >> 60 == 1 || resource >> 60 == 2;
}

/* Makes the table of groups, all of them init's. */
void group_boot(void);

/*
 * `attach` on the directory entry of process `slot`: the process has the
 * group `resource` too. Several processes can have the same ports; an
 * interrupt's last taker is its holder, whose EVENT_IRQ(n) tells of it; when
 * it is taken from the holder, the holder's parent is that again, or init.
 *   E_RANGE   no such process; resource names no group
 *   E_RIGHTS  rights is not RIGHTS(R | W, R | W)
 *   E_OWNER   the process is neither me nor a live child of mine
 *   E_BUSY    it has the group
 *   E_OWNER   I do not have the group
 */
enum error group_attach(uint64_t me, uint64_t slot, uint64_t resource,
                        uint64_t rights);

/*
 * `update` on the directory entry of process `slot` with a group as the
 * resource. RIGHTS_NONE takes the group from it; for an interrupt's holder,
 * RIGHTS(R | W, R | W) lets the line interrupt again.
 *   E_RANGE   no such process; resource names no group
 *   E_RIGHTS  other rights
 *   E_OWNER   the process is neither me nor my child, and I am not init
 *   E_MATCH   it does not have the group, or not the interrupt's line
 */
enum error group_update(uint64_t me, uint64_t slot, uint64_t resource,
                        uint64_t rights);

/* The process has no group any more. */
void group_clear(uint64_t process);

/* Makes the ports that ring 3 may use those of that process. (Not inlined: its
 * loop would be executed for each path that leads to it, when it is proved.) */
void group_load(uint64_t process) __attribute__((noinline));

/* An interrupt of that line came: masks it and tells its holder. */
void group_interrupt(unsigned line);

#endif

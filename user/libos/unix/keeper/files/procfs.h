/*
 * /proc: vnodes (vnode.h) that are nowhere but in their number, names that are
 * made up when they are asked for, and texts that are written when a file is
 * opened (process/proc_text.c). The maps of a process's memory are not here:
 * only the process itself knows them, so its personality answers for
 * /proc/self/maps.
 */
#ifndef XO5_UNIX_KEEPER_FILES_PROCFS_H
#define XO5_UNIX_KEEPER_FILES_PROCFS_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/files/vnode.h"

enum proc_kind {
    PROC_TOP,
    PROC_SELF, /* a link to the process that asks */
    PROC_SELF_MOUNTS,
    PROC_CMDLINE,
    PROC_CPUINFO,
    PROC_FILESYSTEMS,
    PROC_LOADAVG,
    PROC_MEMINFO,
    PROC_STAT,
    PROC_UPTIME,
    PROC_VERSION,
    PROC_SYS, /* directories */
    PROC_KERNEL,
    PROC_RANDOM,
    PROC_VM,
    PROC_HOSTNAME, /* in sys/kernel */
    PROC_OSRELEASE,
    PROC_OSTYPE,
    PROC_PID_MAX,
    PROC_OSVERSION,
    PROC_BOOT_ID, /* in sys/kernel/random */
    PROC_UUID,
    PROC_OVERCOMMIT, /* in sys/vm */
    PROC_PID,        /* from here on, of a process */
    PROC_PID_CMDLINE,
    PROC_PID_COMM,
    PROC_PID_CWD,
    PROC_PID_EXE,
    PROC_PID_FDS,
    PROC_PID_MOUNTS,
    PROC_PID_MOUNTINFO,
    PROC_PID_ROOT,
    PROC_PID_STAT,
    PROC_PID_STATM,
    PROC_PID_STATUS,
    PROC_PID_FD, /* a link to an open file */
};

#define PROC_NODE(kind, pid, fd)                                               \
    (VNODE_PROC | (uint32_t)(pid) << 16 | (uint32_t)(fd) << 6 | (kind))
#define PROC_KIND(vnode) ((vnode) & 0x3f)
#define PROC_FD(vnode) ((vnode) >> 6 & 0x3ff)
#define PROC_PID_OF(vnode) ((vnode) >> 16 & 0x7fff)
#define PROC_ROOT PROC_NODE(PROC_TOP, 0, 0)

/* Type and permission bits; 0 if what it is of has gone. */
uint32_t proc_mode(uint32_t vnode);

/* The vnode of that name in a directory of /proc, for that process; 0 if there
 * is none. */
uint32_t proc_find(const struct process *process, uint32_t directory,
                   const char *name, uint32_t length);

/* The directory that a vnode (but PROC_ROOT) is in; and its name, 24 bytes of
 * room: the length. */
uint32_t proc_parent(uint32_t vnode);
uint32_t proc_name(uint32_t vnode, char *name);

/* What a link says: the length, without a zero; -ENOENT if what it is of has
 * gone. `room` is PATH_MAX at least. */
int proc_link(uint32_t vnode, char *text, uint32_t room);

/* The vnode that a link leads to without its text; 0: none, take the text. */
uint32_t proc_jump(uint32_t vnode);

struct proc_entry {
    uint64_t cookie;
    uint32_t vnode, length;
    char name[24];
};

/* The first name in a directory whose cookie is above that one; false if there
 * is none. */
bool proc_next(const struct process *process, uint32_t directory,
               uint64_t cookie, struct proc_entry *entry);

#endif

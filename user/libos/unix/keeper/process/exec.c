/*
 * Exec, the keeper's part: it does not read programs, it is told that the
 * process has become another one. What must not survive goes: descriptors
 * marked so, threads that wait for words, mappings of the old memory. A parent
 * that waits after vfork may go on.
 *
 * The path that /proc will say is found before the old names go: walking it
 * later could find something else.
 */
#include "libos/unix/keeper/process/exec.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/record/wait_queue.h"

/* The path that /proc will say: without links and dots, if it is there. */
static const char *exec_path(struct process *process, const char *path,
                             char *text)
{
    struct place place;
    if (!lookup(process, (uint64_t)AT_FDCWD, path, WALK_FOLLOW, &place) &&
        place.last == LAST_NAME &&
        lookup_path_of_place(&place, text, PATH_MAX) > 0) {
        return text;
    }
    return path;
}

int64_t serve_exec(struct serve *s)
{
    static char text[PATH_MAX];
    struct process *process = s->process;
    const char *path = exec_path(process, s->at[0], text);
    const char *given = s->at[1] ? s->at[1] : s->at[0];
    uint64_t count = s->at[1] ? s->a[2] : strlen(given) + 1;
    int error = cmdline_set(process, path, given, count);
    if (error) {
        return error;
    }
    for (unsigned i = 0; i < DESCRIPTORS / 64; i++) {
        for (uint64_t bits = process->used[i]; bits; bits &= bits - 1) {
            int fd = (int)(i * 64) + __builtin_ctzll(bits);
            if (process->files[fd] & DESCRIPTOR_CLOEXEC) {
                descriptor_close(process, fd);
            }
        }
    }
    futex_forget(process);
    machine_window(process->slot)->woken = 0;
    machine_window(process->slot)->shares = 0;
    mapping_drop(process->mapped);
    process->mapped = 0;
    process->executed = true;
    wait_queue_wake(WAIT_FORKED, process->pid);
    return 0;
}

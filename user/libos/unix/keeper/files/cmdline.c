/*
 * What /proc says of a program, path and arguments, in one page: parent and
 * child have the same until one of them calls exec, so they share it and count.
 */
#include "libos/unix/keeper/files/cmdline.h"

#include "lib/string.h"

static struct cmdline *names_at(const struct process *process)
{
    return machine_page(process->cmdline);
}

const struct cmdline *cmdline_of(const struct process *process)
{
    return process->cmdline ? names_at(process) : NULL;
}

void cmdline_hold(const struct process *process)
{
    if (process->cmdline) {
        names_at(process)->users++;
    }
}

void cmdline_drop(struct process *process)
{
    if (process->cmdline && --names_at(process)->users == 0) {
        machine_page_give(process->cmdline);
    }
    process->cmdline = 0;
}

/* The last part of a path, as long as Linux keeps it. */
static void name_cut(struct process *process, const char *path)
{
    const char *name = path;
    for (const char *at = path; *at; at++) {
        name = *at == '/' && at[1] ? at + 1 : name;
    }
    memset(process->name, 0, sizeof(process->name));
    for (unsigned i = 0; i < sizeof(process->name) - 1 && name[i]; i++) {
        process->name[i] = name[i];
    }
}

int cmdline_set(struct process *process, const char *path,
                const char *arguments, uint64_t count)
{
    uint64_t length = strlen(path);
    uint32_t page = machine_page_take();
    if (!page) {
        return -ENOMEM;
    }
    cmdline_drop(process);
    process->cmdline = page;
    struct cmdline *names = names_at(process);
    names->users = 1;
    length = length < CMDLINE_TEXT / 2 ? length : CMDLINE_TEXT / 2;
    count =
        count < CMDLINE_TEXT - length - 1 ? count : CMDLINE_TEXT - length - 1;
    names->path = (uint32_t)length;
    names->arguments = (uint32_t)count;
    memcpy(names->text, path, length);
    memcpy(names->text + length + 1, arguments, count);
    name_cut(process, path);
    return 0;
}

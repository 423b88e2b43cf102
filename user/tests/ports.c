/* Ports: a child without the console's group cannot touch them, with it it
 * can, and when it is taken away it cannot any more. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/probe.h"
#include "lib/process.h"

#define RW (RIGHT_R | RIGHT_W)
#define STATUS (CONSOLE_PORT + 5)

static uint64_t probe_port(uint64_t port)
{
    return PROBE("movq %0, %%rdx\n\tinb %%dx, %%al", "b"(port));
}

/* Ends with which try went wrong. */
static int child_main(uint64_t word)
{
    (void)word;
    probe_install();
    for (unsigned i = 0; i < 8; i++) {
        if (probe_port(CONSOLE_PORT + i) != VECTOR_PROTECTION) {
            return 1;
        }
    }
    process_yield();
    if (probe_port(STATUS) != PROBE_NONE) {
        return 2;
    }
    if (probe_port(CONSOLE_PORT - 1) != VECTOR_PROTECTION ||
        probe_port(CONSOLE_PORT + 8) != VECTOR_PROTECTION) {
        return 3;
    }
    process_yield();
    return probe_port(STATUS) == VECTOR_PROTECTION ? 0 : 4;
}

int main(void)
{
    struct child child;
    uint64_t status = 0;
    uint64_t group = process_group(GROUP_PORTS, CONSOLE_PORT);
    uint64_t resource = RESOURCE_PORTS(group);
    STEP("a child has no ports");
    EXPECT("group", group < GROUP_MAX, true);
    EXPECT("start", child_start(&child, child_main, 0, 0, 0), OK);
    uint64_t entry = process_entry(child.slot);
    EXPECT("groups", books_process(child.slot)->groups, 0);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("reason", child_reason(&child), REASON_SWAP);

    STEP("given the console's group, it may use its 8 ports and no others");
    EXPECT("other rights",
           op_attach(entry, resource, RIGHTS(RIGHT_R, RW), 0, 0), E_RIGHTS);
    EXPECT("no group",
           op_attach(entry, RESOURCE_PORTS(GROUP_MAX), RIGHTS(RW, RW), 0, 0),
           E_RANGE);
    EXPECT("attach", child_give_group(&child, resource), OK);
    EXPECT("again", child_give_group(&child, resource), E_BUSY);
    EXPECT("groups", books_process(child.slot)->groups, 1u << group);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("reason", child_reason(&child), REASON_SWAP);
    STEP("the console is still mine too");

    STEP("taken away, it is gone");
    EXPECT("take", op_update(entry, resource, RIGHTS_NONE), OK);
    EXPECT("again", op_update(entry, resource, RIGHTS_NONE), E_MATCH);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("what went wrong in the child", status, 0);
    EXPECT("end", child_end(&child) != 0, true);
    return 0;
}

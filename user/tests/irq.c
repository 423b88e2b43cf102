/* Interrupts: COM1's comes as an event, is masked when it was told, and comes
 * again when its holder says so. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/operations.h"
#include "lib/port.h"
#include "lib/process.h"
#include "lib/upcall.h"

#define LINE 4 /* COM1's */
#define ENABLE (CONSOLE_PORT + 1)
#define IDENTIFY (CONSOLE_PORT + 2)
#define MODEM (CONSOLE_PORT + 4)
#define ENABLE_EMPTY 2    /* when the transmitter is empty */
#define MODEM_INTERRUPT 8 /* OUT2: the line is wired through */
#define LONG 3000000
#define RW (RIGHT_R | RIGHT_W)

static volatile uint64_t told, times;

static void on_event(uint64_t bits, struct registers *trap)
{
    (void)trap;
    told |= bits;
    times++;
}

/* Waits for event number n, in ring 3, for a while. */
static void wait_for(uint64_t n)
{
    for (unsigned i = 0; i < LONG && times < n; i++) {
        __asm__ volatile("pause");
    }
}

/* The transmitter is empty, so enabling says so at once; off, it is quiet. */
static void raise_line(void)
{
    port_write(ENABLE, 0);
    port_write(ENABLE, ENABLE_EMPTY);
}

static int child_main(uint64_t word)
{
    upcall_on_event(on_event);
    process_yield();
    EXPECT("child: times", times, 1);
    EXPECT("child: events", told, word);
    return 0;
}

/* A child has the interrupt, and I the CPU when it comes. */
static int holder_away(uint64_t n)
{
    struct child child;
    uint64_t status;
    STEP("its holder is told when it has the CPU again, and nobody else");
    times = told = 0;
    EXPECT("start", child_start(&child, child_main, EVENT_IRQ(n), 0, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    EXPECT("give", child_give_group(&child, RESOURCE_IRQ(n)), OK);
    EXPECT("holder", books_group(n)->holder, child.slot);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT(
        "unmask",
        op_update(process_entry(child.slot), RESOURCE_IRQ(n), RIGHTS(RW, RW)),
        OK);
    raise_line();
    wait_for(1);
    port_write(ENABLE, 0);
    port_read(IDENTIFY);
    EXPECT("my times", times, 0);
    EXPECT("its events", child.context->events, EVENT_IRQ(n));
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("status", status, 0);
    EXPECT("end", child_end(&child) != 0, true);
    return 0;
}

/* The line is not lost with its holder: who has the group can be it again. */
static int holder_gone(uint64_t n)
{
    uint64_t entry = process_entry(process_number);
    STEP("when its holder has ended, the line can be had again");
    if (books_group(n)->holder != process_number) {
        EXPECT("attach",
               op_attach(entry, RESOURCE_IRQ(n), RIGHTS(RW, RW), 0, 0), OK);
    }
    EXPECT("holder", books_group(n)->holder, process_number);
    EXPECT("unmask", op_update(entry, RESOURCE_IRQ(n), RIGHTS(RW, RW)), OK);
    raise_line();
    wait_for(1);
    port_write(ENABLE, 0);
    EXPECT("times", times, 1);
    return 0;
}

int main(void)
{
    uint64_t n = process_group(GROUP_IRQ, LINE);
    uint64_t entry = process_entry(process_number);
    STEP("there is a group for COM1's interrupt");
    EXPECT("group", n < GROUP_MAX, true);
    EXPECT("holder", books_group(n)->holder, process_number);
    EXPECT("other rights",
           op_update(entry, RESOURCE_IRQ(n), RIGHTS(RIGHT_R, RIGHT_R)),
           E_RIGHTS);

    STEP("an interrupt comes as an event");
    upcall_on_event(on_event);
    EXPECT("unmask", op_update(entry, RESOURCE_IRQ(n), RIGHTS(RW, RW)), OK);
    port_write(MODEM, port_read(MODEM) | MODEM_INTERRUPT);
    raise_line();
    wait_for(1);
    port_write(ENABLE, 0);
    EXPECT("events", told, EVENT_IRQ(n));
    EXPECT("times", times, 1);

    STEP("it is masked then, and no second one comes");
    raise_line();
    wait_for(2);
    EXPECT("times", times, 1);

    STEP("until it is asked for again");
    EXPECT("unmask", op_update(entry, RESOURCE_IRQ(n), RIGHTS(RW, RW)), OK);
    wait_for(2);
    port_write(ENABLE, 0);
    port_read(IDENTIFY);
    EXPECT("times", times, 2);
    EXPECT("events", told, EVENT_IRQ(n));

    STEP("while upcalls are masked it only sets the bit");
    process_context()->mask = 1;
    EXPECT("unmask", op_update(entry, RESOURCE_IRQ(n), RIGHTS(RW, RW)), OK);
    raise_line();
    wait_for(3);
    port_write(ENABLE, 0);
    EXPECT("times", times, 2);
    EXPECT("bits", process_context()->events, EVENT_IRQ(n));
    process_context()->mask = 0;
    process_context()->events = 0;
    TRY(holder_away(n));
    TRY(holder_gone(n));
    return 0;
}

/*
 * The two serial ports: the console, and the debug channel beside it, so that
 * what is said of missing calls is not in a program's output. Ports are read
 * and written until they are ready: output at a megabyte a second waits hardly
 * ever.
 */
#include <stdint.h>

#include "lib/clock.h"
#include "lib/console.h"
#include "lib/operations.h"
#include "lib/port.h"
#include "lib/process.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/xo5/keeper/serial.h"

/* The serial port: PC16550D data sheet, line status and received data; the
 * interrupt of a byte received, which OUT2 of the modem control lets out. */
#define INTERRUPTS (CONSOLE_PORT + 1)
#define INTERRUPT_RECEIVED 1
#define MODEM (CONSOLE_PORT + 4)
#define MODEM_READY 0x0b /* DTR, RTS, OUT2 */
#define STATUS (CONSOLE_PORT + 5)
#define STATUS_READABLE 0x01
#define STATUS_WRITABLE 0x20
#define SAY_PORT 0x2f8 /* COM2, the debug channel */
#define CONSOLE_LINE 4 /* where its interrupt comes in */

static void send(uint16_t port, char c)
{
    while (!(port_read(port + 5) & STATUS_WRITABLE)) {
    }
    port_write(port, (uint8_t)c);
}

int machine_console_get(void)
{
    return port_read(STATUS) & STATUS_READABLE ? port_read(CONSOLE_PORT) : -1;
}

void serial_wait(uint64_t until)
{
    static bool listens;
    uint64_t n = process_group(GROUP_IRQ, CONSOLE_LINE);
    if (!listens) {
        port_write(INTERRUPTS, INTERRUPT_RECEIVED);
        port_write(MODEM, MODEM_READY);
        listens = true;
    }
    /* The line is shut after each interrupt, until we say that we are ready.
     * What came meanwhile comes then. */
    process_context()->events = 0;
    op_update(process_entry(SLOT_INIT), RESOURCE_IRQ(n),
              RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W));
    if (!(port_read(STATUS) & STATUS_READABLE)) {
        process_rest(until);
    }
}

void machine_console_put(const void *text, uint64_t count)
{
    const char *c = text;
    while (count--) {
        send(CONSOLE_PORT, *c++);
    }
}

void machine_say(const char *text, uint64_t count)
{
    while (count--) {
        send(SAY_PORT, *text++);
    }
    send(SAY_PORT, '\n');
}

uint64_t machine_now(void)
{
    return clock_now();
}

uint64_t machine_random(void)
{
    static uint64_t state;
    state +=
        clock_ticks() | 1; /* splitmix64's mixing; no secrets can rest on it */
    uint64_t x = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

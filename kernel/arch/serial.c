/*
 * The serial port COM1, a 16550, as the loader has set it up. National PC16550D
 * data sheet, section 8.
 */
#include "arch/console.h"
#include "arch/port.h"

#define STATUS_EMPTY 0x20
#define PATIENCE 100000 /* polls, for a machine without a COM1 */

static void send(char c)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (port_read8(COM1 + SERIAL_STATUS) & STATUS_EMPTY) {
            break;
        }
    }
    port_write8(COM1, (uint8_t)c);
}

void serial_put(char c)
{
    if (c == '\n') {
        send('\r');
    }
    send(c);
}

/*
 * The serial port COM1, a 16550. National PC16550D data sheet, section 8.
 */
#include "arch/console.h"
#include "arch/port.h"

#define COM1 0x3f8
#define DATA (COM1 + 0)
#define INTERRUPTS (COM1 + 1)
#define FIFO (COM1 + 2)
#define LINE (COM1 + 3)
#define MODEM (COM1 + 4)
#define STATUS (COM1 + 5)
#define LINE_8N1 0x03
#define LINE_DIVISOR 0x80
#define STATUS_EMPTY 0x20
#define PATIENCE 100000 /* polls, for a machine without a COM1 */

void serial_init(void)
{
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_DIVISOR);
    port_write8(DATA, 1); /* 115200 baud */
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_8N1);
    port_write8(FIFO, 0x07);  /* on, both sides emptied */
    port_write8(MODEM, 0x03); /* DTR, RTS */
}

static void send(char c)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (port_read8(STATUS) & STATUS_EMPTY) {
            break;
        }
    }
    port_write8(DATA, (uint8_t)c);
}

void serial_put(char c)
{
    if (c == '\n') {
        send('\r');
    }
    send(c);
}

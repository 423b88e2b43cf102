/*
 * The clocks that are read once, at boot. Ring 3 reads the time-stamp counter
 * by itself from then on; what it needs for that, the rate and one date,
 * stands in the books.
 */
#include "boot/loader/clock.h"

#include <stdbool.h>

#include "arch/port.h"

/* The interval timer's channel 2, whose gate and output are bits of port
 * 0x61: Intel 8254 data sheet, mode 0; it counts 1,193,182 times a second. */
#define PIT_RATE 1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_ONE_SHOT 0xb0 /* channel 2, low then high byte, mode 0 */
#define PIT_GATE_PORT 0x61
#define PIT_GATE 1
#define PIT_SPEAKER 2
#define PIT_OUTPUT 0x20
#define PIT_PART 100          /* of a second */
#define PIT_PATIENCE 10000000 /* readings: one may take a nanosecond only */

/* The real-time clock: Motorola MC146818 data sheet. */
#define RTC_INDEX 0x70
#define RTC_DATA 0x71
#define RTC_SECOND 0
#define RTC_MINUTE 2
#define RTC_HOUR 4
#define RTC_DAY 7
#define RTC_MONTH 8
#define RTC_YEAR 9
#define RTC_STATUS_A 10
#define RTC_STATUS_B 11
#define RTC_UPDATES 0x80 /* status A */
#define RTC_BINARY 4     /* status B */
#define RTC_24_HOURS 2
#define RTC_PM 0x80
#define RTC_PATIENCE 1000000 /* readings; an update takes 2 ms */

static uint64_t ticks(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Ticks in a second, measured against the interval timer for 1/100 s.
 * Interrupts are off. */
static uint64_t rate(void)
{
    /* How far the counter comes in a hundredth of a second, by the one
     * timer whose rate all PCs agree on. Patience ends the wait where there
     * is none. */
    unsigned count = PIT_RATE / PIT_PART;
    uint8_t gate = port_read8(PIT_GATE_PORT);
    port_write8(PIT_GATE_PORT, (uint8_t)((gate & ~PIT_SPEAKER) | PIT_GATE));
    port_write8(PIT_COMMAND, PIT_ONE_SHOT);
    port_write8(PIT_CHANNEL2, count & 0xff);
    port_write8(PIT_CHANNEL2, (uint8_t)(count >> 8));
    uint64_t start = ticks();
    for (unsigned patience = PIT_PATIENCE;
         patience && !(port_read8(PIT_GATE_PORT) & PIT_OUTPUT); patience--) {
    }
    uint64_t passed = ticks() - start;
    port_write8(PIT_GATE_PORT, gate);
    return passed * PIT_PART;
}

static unsigned rtc_read(uint8_t index)
{
    port_write8(RTC_INDEX, index);
    return port_read8(RTC_DATA);
}

struct rtc {
    unsigned second, minute, hour, day, month, year;
};

static struct rtc rtc_look(void)
{
    return (struct rtc){rtc_read(RTC_SECOND), rtc_read(RTC_MINUTE),
                        rtc_read(RTC_HOUR),   rtc_read(RTC_DAY),
                        rtc_read(RTC_MONTH),  rtc_read(RTC_YEAR)};
}

static bool rtc_same(struct rtc a, struct rtc b)
{
    return a.second == b.second && a.minute == b.minute && a.hour == b.hour &&
           a.day == b.day && a.month == b.month && a.year == b.year;
}

static unsigned from_bcd(unsigned n, unsigned status)
{
    return status & RTC_BINARY ? n : (n >> 4) * 10 + (n & 15);
}

/* Days from 1970 to that day of the years 2000 to 2099, in which every fourth
 * year has a leap day; 10957 is January 1 of 2000. */
static uint64_t days(unsigned year, unsigned month, unsigned day)
{
    static const unsigned before[] = {0,   31,  59,  90,  120, 151,
                                      181, 212, 243, 273, 304, 334};
    uint64_t leap = (year + 3) / 4 + (year % 4 == 0 && month > 2);
    return 10957 + 365 * (uint64_t)year + leap + before[month - 1] + day - 1;
}

/* Seconds since 1970 that the real-time clock shows, taken as UTC; 0 if it
 * shows none. */
static uint64_t date(void)
{
    struct rtc now = {0}, again = rtc_look();
    unsigned patience = RTC_PATIENCE;
    do { /* until two readings agree, neither in an update */
        while (patience && rtc_read(RTC_STATUS_A) & RTC_UPDATES) {
            patience--;
        }
        now = again;
        again = rtc_look();
    } while (patience && patience-- && !rtc_same(now, again));
    unsigned status = rtc_read(RTC_STATUS_B), hour = now.hour & ~RTC_PM;
    unsigned month = from_bcd(now.month, status);
    hour = from_bcd(hour, status);
    if (!(status & RTC_24_HOURS)) {
        hour = hour % 12 + (now.hour & RTC_PM ? 12 : 0);
    }
    if (month < 1 || month > 12) {
        return 0;
    }
    uint64_t day =
        days(from_bcd(now.year, status), month, from_bcd(now.day, status));
    return ((day * 24 + hour) * 60 + from_bcd(now.minute, status)) * 60 +
           from_bcd(now.second, status);
}

void clock_read(struct books *books)
{
    books->clock_rate = rate();
    books->clock_time = date();
    books->clock_start = ticks();
}

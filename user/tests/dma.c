/* No device that a process can have reaches memory by itself. Whoever has the
 * registers of a virtio function resets it, which lets it master the bus
 * again, and has it write any frame through a ring: here, random bytes into a
 * page that no entry allows anybody to write. Virtual I/O Device (VIRTIO) 1.1:
 * 2.6 (rings), 3.1 (initialization), 4.1.4 (registers, where QEMU has them). */
#include "lib/books.h"
#include "lib/console.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/pages.h"
#include "lib/process.h"

#define VENDOR(id) ((id) & 0xffff)
#define VIRTIO 0x1af4
#define VIRTIO_FRAMES 4 /* of its registers */
#define RW (RIGHT_R | RIGHT_W)
#define FEATURE_WORD 0x08
#define FEATURES 0x0c
#define STATUS 0x14
#define QUEUE 0x16
#define QUEUE_SIZE 0x18
#define QUEUE_ON 0x1c
#define QUEUE_RING 0x20
#define NOTIFY 0x3000
#define VERSION_1 1 /* of the features' second word */
#define AVAIL 0x400 /* in the ring's page; `used` is as far behind it */
#define PATIENCE 3000000

/* The registers; the page that holds the ring; the page that is read-only. */
static volatile uint8_t *registers, *ring;
static const volatile uint64_t *victim;
static uint64_t ring_frame, victim_frame;

static void set16(volatile uint8_t *at, uint16_t value)
{
    *(volatile uint16_t *)(volatile void *)at = value;
}

static void set32(volatile uint8_t *at, uint32_t value)
{
    *(volatile uint32_t *)(volatile void *)at = value;
}

static void set64(volatile uint8_t *at, uint64_t value)
{
    set32(at, (uint32_t)value);
    set32(at + 4, (uint32_t)(value >> 32));
}

/* Resets the device and gives it one queue, whose one buffer is the victim. */
static void attack(void)
{
    registers[STATUS] = 0;
    registers[STATUS] = 3; /* acknowledged, a driver is there */
    set32(registers + FEATURE_WORD, 0);
    set32(registers + FEATURES, 0);
    set32(registers + FEATURE_WORD, 1);
    set32(registers + FEATURES, VERSION_1);
    registers[STATUS] = 11; /* features are agreed */
    set16(registers + QUEUE, 0);
    set16(registers + QUEUE_SIZE, 8);
    for (unsigned i = 0; i < 3; i++) { /* descriptors, avail, used */
        set64(registers + QUEUE_RING + 8 * i,
              ring_frame * FRAME_SIZE + i * AVAIL);
    }
    set16(registers + QUEUE_ON, 1);
    registers[STATUS] = 15;
    set64(ring, victim_frame * FRAME_SIZE);
    set32(ring + 8, 8);
    set16(ring + 12, 2); /* the device writes */
    set16(ring + AVAIL + 2, 1);
    set16(registers + NOTIFY, 0);
    for (unsigned i = 0; i < PATIENCE && !*victim; i++) {
        __asm__ volatile("pause");
    }
}

static int map_device(const struct space *mine, const volatile struct device *d)
{
    for (unsigned i = 0; i < VIRTIO_FRAMES; i++) {
        EXPECT("registers",
               pages_map(mine, pages_address(2) + i * FRAME_SIZE, d->start + i,
                         1, RIGHTS(RW, RW)),
               OK);
    }
    registers = (volatile uint8_t *)pages_address(2);
    return 0;
}

static int map_pages(const struct space *mine)
{
    victim_frame = frames_take(1, KIND_MEMORY, process_number);
    EXPECT("ring", pages_fresh(mine, pages_address(0), &ring_frame), OK);
    EXPECT("victim",
           pages_map(mine, pages_address(1), victim_frame, 1,
                     RIGHTS(RIGHT_R, RIGHT_R)),
           OK);
    ring = (volatile uint8_t *)pages_address(0);
    victim = (const volatile uint64_t *)pages_address(1);
    return 0;
}

int main(void)
{
    struct space mine = pages_own();
    STEP("a page that nobody may write");
    TRY(map_pages(&mine));
    EXPECT("what is in it", *victim, 0);
    STEP("every virtio function that I can have is told to write it");
    for (uint64_t i = 0; i < books_head()->devices; i++) {
        const volatile struct device *d = &books_head()->device[i];
        console_print("test: device %8lx to %8lx, id %8lx\n", d->start, d->end,
                      d->id);
        if (VENDOR(d->id) == VIRTIO && d->end - d->start == VIRTIO_FRAMES) {
            TRY(map_device(&mine, d));
            attack();
        }
        EXPECT("what is in it", *victim, 0);
    }
    return 0;
}

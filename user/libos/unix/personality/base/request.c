/*
 * A request is words in the window and a hand-over of the CPU: when it is back,
 * the answer is there, however long that took. Nothing is queued and nothing is
 * asynchronous, so the window's data is this process's own between two
 * requests, and what one has left there may be the next one's argument.
 *
 * Whenever the CPU has been away, others may have made a file shorter that is
 * mapped here. The keeper says so in the window, and this notes it; the program
 * does not go on before truncate_look has seen to it.
 */
#include "libos/unix/personality/base/request.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"

bool request_truncated;

int64_t request(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                uint64_t e, uint64_t f)
{
    struct window *window = host_window();
    window->number = number;
    window->a[0] = a;
    window->a[1] = b;
    window->a[2] = c;
    window->a[3] = d;
    window->a[4] = e;
    window->a[5] = f;
    host_call(); /* others may have run: all in the window may be new */
    if (__builtin_expect(window->truncations != 0, 0)) {
        request_truncated = true;
    }
    return window->answer;
}

uint8_t *request_data(void)
{
    return host_window()->data;
}

void *request_data_at(uint64_t offset)
{
    return host_window()->data + offset;
}

uint64_t request_put(uint64_t offset, const char *text)
{
    memcpy(request_data() + offset, text, strlen(text) + 1);
    return offset;
}

void request_say(const char *text)
{
    request_put(0, text);
    request2(KEEPER_SAY, 0, strlen(text));
}

int64_t request_size(int fd, uint32_t *mode)
{
    request_data()[0] = 0;
    int64_t error = request4(SYS_newfstatat, fd, 0, 8, AT_EMPTY_PATH);
    if (error < 0) {
        return error;
    }
    const struct stat *found = request_data_at(8);
    if (mode) {
        *mode = found->st_mode;
    }
    return (int64_t)found->st_size;
}

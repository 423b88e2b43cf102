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
    host_call();
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

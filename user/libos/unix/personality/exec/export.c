/* What the keeper looks for in this library OS: launch/launch.h. */
#include "libos/unix/personality/exec/export.h"

__attribute__((visibility("default"))) const struct launch_export xo5_libos = {
    LAUNCH_VERSION,
    "/lib/unix.so",
    LAUNCH_KEEPER,
};

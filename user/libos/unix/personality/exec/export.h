/* The export of this library OS: its version, its name, its launcher. */
#ifndef XO5_UNIX_PERSONALITY_EXEC_EXPORT_H
#define XO5_UNIX_PERSONALITY_EXEC_EXPORT_H

#include "launch/launch.h"

extern const struct launch_export xo5_libos;

#endif

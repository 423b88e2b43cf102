/* Waiting for files: poll, and select by poll. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_POLL_H
#define XO5_UNIX_PERSONALITY_CALLS_POLL_H

#include "libos/unix/personality/base/call.h"

call_function call_poll, call_ppoll, call_select, call_pselect6;

#endif

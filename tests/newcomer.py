"""The environment of somebody who has just logged in: nothing of this
process's is in it, but for the cache of compiled files that `make test` has
(ccache knows a file again by its contents and the compiler's words)."""

import os

CACHE = {name: os.environ[name] for name in ("CCACHE_DIR",)
         if name in os.environ}
PATH = ("/usr/lib/ccache:" if CACHE else "") + \
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV = {"PATH": PATH, "HOME": "/nonexistent", "LANG": "C.UTF-8", **CACHE,
       "GIT_AUTHOR_NAME": "S", "GIT_AUTHOR_EMAIL": "s@example.org",
       "GIT_COMMITTER_NAME": "S", "GIT_COMMITTER_EMAIL": "s@example.org"}

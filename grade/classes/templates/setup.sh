#!/bin/bash
# Gradescope runs this once, as root, when it makes the autograder's image.
# XO5_AUTOGRADER is where the autograder lies; Gradescope's own place if unset.
set -eu
root=${XO5_AUTOGRADER:-/autograder}
export YES=1 DEBIAN_FRONTEND=noninteractive
/usr/bin/env python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    apt-get update -q && apt-get install -qy --no-install-recommends python3
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "xo5: this image has no Python 3.11: choose a newer one" >&2
        exit 1
    }
}
"$root/source/xo5/setup/deps.sh" --install run grade

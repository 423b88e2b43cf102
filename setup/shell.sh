#!/bin/sh
# A shell in a container that has every tool, with this tree as its /xo5:
#
#   setup/shell.sh               or: make shell
#   setup/shell.sh COMMAND...    runs the command there instead
#
# Takes podman if it is there and answers, else docker; ENGINE=NAME chooses.
# The first time it builds the image, which takes some minutes; later it only
# looks whether that is still right.
set -u

case $0 in */*) cd "${0%/*}/.." ;; *) cd .. ;; esac || exit 1
me=setup/shell.sh

die() { printf '%s\n' "$me: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
answers() { "$1" info >/dev/null 2>&1 </dev/null; }

# Prints the engine to use; says in one line why there is none.
choose() {
	there=
	for engine in ${ENGINE:-podman docker}; do
		have "$engine" || continue
		there="$there $engine"
		answers "$engine" && echo "$engine" && return
	done
	[ -n "$there" ] &&
		die "installed, but does not answer:$there" \
			"(is its service running, and may you use it?)"
	die "neither podman nor docker is here (looked for:" \
		"${ENGINE:-podman docker}). Install one, or see" \
		"setup/SYSTEMS.md"
}

engine=$(choose) || exit 1
quiet=
"$engine" image inspect xo5 >/dev/null 2>&1 && quiet=-q
"$engine" build $quiet -t xo5 -f Containerfile . >&2 ||
	die "$engine could not build the image (see above)"

# Files made in the container shall belong to whoever called: with podman
# its root is the caller; with docker we say who we are.
user=
case $engine in
*docker) [ "$(id -u)" = 0 ] || user="--user $(id -u):$(id -g) -e HOME=/tmp" ;;
esac
tty=
[ -t 0 ] && [ -t 1 ] && tty=-t
exec "$engine" run --rm -i $tty $user --security-opt label=disable \
	-v "$PWD:/xo5" -w /xo5 xo5 "$@"

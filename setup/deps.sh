#!/bin/sh
# Sees that the tools are there, and installs what is missing. The list of
# them, by group, is packages.txt.
#
#   setup/deps.sh --check GROUP...    exit 0 in silence when all is there,
#                                     else 1 and one line naming what is not
#   setup/deps.sh --install GROUP...  install what is missing
#   setup/deps.sh need GROUP...       the same, for the Makefile
#
# On a terminal it asks first. With YES=1, or with no terminal to ask on, it
# goes ahead as root or where sudo wants no password. Otherwise it prints the
# one command to type, and exits 1. Wrong usage exits 2.
# APT_LISTS names the folder of apt's package lists.
set -u

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
list=$here/packages.txt
lists=${APT_LISTS:-/var/lib/apt/lists}
python=/usr/bin/python3
me=setup/deps.sh
use="usage: $me --check|--install|need GROUP..."

say() { printf '%s\n' "$me: $*" >&2; }
die() { code=$1; shift; say "$*"; exit "$code"; }
have() { command -v "$1" >/dev/null 2>&1; }

# The architecture by its Debian name.
machine() {
	if have dpkg; then dpkg --print-architecture; return; fi
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) uname -m ;;
	esac
}

# Is the module $1 there for the system's python3? Looks in Debian's own
# folder first: starting python3 takes longer than everything else here.
have_module() {
	for dir in /usr/lib/python3/dist-packages; do
		[ -e "$dir/$1" ] || [ -e "$dir/$1.py" ] && return 0
	done
	[ -x "$python" ] && "$python" -c 'import importlib.util as u, sys
sys.exit(u.find_spec(sys.argv[1]) is None)' "$1" 2>/dev/null
}

# Does the proof $1 (a command, a file or py:MODULE) hold?
proved() {
	case $1 in
	py:*) have_module "${1#py:}" ;;
	/*) set -- $1; [ -e "$1" ] ;;
	*) have "$1" ;;
	esac
}

# Is one of the groups $1 (a,b) among those wanted? Remembers what it sees.
wants() {
	hit=1 ifs=$IFS IFS=,
	for tag in $1; do
		case $known in *" $tag "*) ;; *) known="$known$tag " ;; esac
		case $groups in *" $tag "*) hit=0 ;; esac
	done
	IFS=$ifs
	return $hit
}

# Is a line for the architecture $1 (any, NAME or !NAME) meant for this one?
here_too() {
	case $1 in
	any | "$arch") return 0 ;;
	"!$arch") return 1 ;;
	!*) return 0 ;;
	*) return 1 ;;
	esac
}

# Sets packages, tools and count to what the wanted groups lack.
look() {
	packages= tools= count=0 known=' '
	while read -r tags on package proof rest; do
		case $tags in '' | \#*) continue ;; esac
		wants "$tags" && here_too "$on" || continue
		proved "$proof" && continue
		packages="$packages $package" tools="$tools, ${proof#py:}"
		count=$((count + 1))
	done <"$list"
	packages=${packages# } tools=${tools#, }
	for group in $groups; do
		case $known in *" $group "*) ;; *)
			die 2 "no group '$group'; the groups are:${known% }" ;;
		esac
	done
}

# Has apt its lists of packages?
have_lists() {
	set -- "$lists"/*_Packages*
	[ -e "$1" ]
}

# Prints the packages' architecture (as in NAME:amd64) that dpkg does not
# yet know of, if there is one.
foreign() {
	for package in $packages; do
		case $package in *:*) ;; *) continue ;; esac
		other=${package#*:}
		case " $(dpkg --print-foreign-architectures | tr '\n' ' ')" in
		*" $other "*) ;;
		*) echo "$other"; return ;;
		esac
	done
}

# Prints the one command that installs what is missing.
command_line() {
	as=sudo\ ; tail=
	[ "$(id -u)" = 0 ] && as=
	[ -n "$as" ] && ! have sudo && as= tail="'" && printf "su -c '"
	other=$(foreign)
	[ -n "$other" ] && printf '%s' "${as}dpkg --add-architecture $other && "
	[ -n "$other" ] || ! have_lists && printf '%s' "${as}apt-get update && "
	printf '%s' "${as}apt-get install -y --no-install-recommends $packages"
	printf '%s\n' "$tail"
}

# Runs $@ as root; never waits for an answer where nobody can give one.
as_root() {
	set -- env DEBIAN_FRONTEND=noninteractive "$@"
	if [ "$(id -u)" = 0 ]; then "$@" </dev/null
	elif [ $terminal = 1 ]; then sudo "$@" </dev/null
	else sudo -n "$@" </dev/null; fi
}

apt() { as_root apt-get -o DPkg::Lock::Timeout=300 "$@"; }

fetch() { apt install -y --no-install-recommends $packages; }

# May we go ahead? Asks if there is someone to ask.
agreed() {
	[ "$(id -u)" = 0 ] || have sudo || return 1
	if [ $terminal = 0 ]; then
		[ "$(id -u)" = 0 ] || sudo -n true </dev/null 2>/dev/null
		return
	fi
	[ "${YES:-}" = 1 ] && return
	printf '%s\n' "Missing: $packages" >&2
	printf '%s' "Install these $count packages with apt-get? [Y/n] " >&2
	read -r answer || answer=n
	case $answer in '' | y | Y | yes | Yes) ;; *) return 1 ;; esac
}

install() {
	have apt-get || die 1 "missing: $tools. There is no apt-get here:" \
		"install them by hand, or work in the container: make shell" \
		"(see Containerfile)"
	[ -z "$(foreign)" ] && agreed ||
		die 1 "missing: $tools. Type: $(command_line)"
	fresh=0
	have_lists || { apt update && fresh=1; }
	fetch || { [ $fresh = 0 ] && apt update && fetch; } ||
		die 1 "apt-get failed (see above). To try again:" \
			"$(command_line)"
	look
	[ $count = 0 ] || die 1 "apt-get is done, but still missing: $tools"
}

[ $# -ge 2 ] || die 2 "$use"
verb=$1
shift
groups=" $* "
[ -r "$list" ] || die 2 "cannot read the list of packages, $list"
arch=$(machine)
terminal=0
[ -t 0 ] && [ -t 2 ] && terminal=1
case $verb in
check | --check)
	look
	[ $count = 0 ] || die 1 "missing: $tools (Debian: $packages)" ;;
need | install | --install)
	look
	[ $count = 0 ] || install ;;
*) die 2 "$use" ;;
esac

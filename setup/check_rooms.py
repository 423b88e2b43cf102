"""The order of user/'s rooms, for check_style.py (make lint).

A room is a folder. It may include what ROOMS says of it, and ROOMS names only
what stands before: so there is no circle of includes. Nor is there one of
calls: a function is defined in the room whose header declares it. The two
headers of INTERFACES are what a machine must offer and may call: there are
several machines beneath the Unix library OS, and each is a later room.
"""
import re

UNIX = "user/libos/unix"
PERSONALITY = [f"{UNIX}/personality/{name}"
               for name in ("base", "memory", "thread", "exec", "calls")]
KEEPER = [f"{UNIX}/keeper/{name}"
          for name in ("record", "files", "process", "terminal", "calls")]
BOTH = ["user/lib", "user/launch", f"{UNIX}/linux-abi", UNIX]


def in_order(rooms, before):
    """Each may include those before it."""
    return {room: before + rooms[:i] for i, room in enumerate(rooms)}


# What each room may include beside itself and the kernel's abi/.
ROOMS = {
    "user/lib": [],
    "user/lab": ["user/lib"],
    "user/launch": ["user/lib"],
    "user/init": ["user/lib"],
    "user/tests": ["user/lib", "user/lab"],
    "user/libos/min": ["user/lib", "user/launch"],
    f"{UNIX}/linux-abi": [],
    UNIX: [],
    **in_order(PERSONALITY, BOTH),
    **in_order(KEEPER, BOTH),
    f"{UNIX}/xo5": BOTH,
    f"{UNIX}/xo5/personality": [*BOTH, *PERSONALITY, f"{UNIX}/xo5"],
    f"{UNIX}/xo5/keeper": [*BOTH, *KEEPER, f"{UNIX}/xo5"],
    f"{UNIX}/linux": [*BOTH, *PERSONALITY, *KEEPER],
}
INTERFACES = (f"{UNIX}/personality/base/host.h",
              f"{UNIX}/keeper/record/machine.h")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
NAME = r"^(?!static|typedef|extern \w+ \w+\[)[a-z][\w\s*]*?\b(\w+)\("
DECLARED = re.compile(NAME + r"[^;{}]*;", re.M)
DEFINED = re.compile(NAME + r"[^;{}]*\)\s*\{", re.M)
LABEL = re.compile(r"^(\w+):", re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def blank(text):
    """Without comments; each line stays where it is."""
    return COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def line_of(text, match):
    return text.count("\n", 0, match.start(1)) + 1


def room_of(path):
    """The room that the file lies in; None if it is in none of them."""
    folder = path.rpartition("/")[0]
    return folder if folder in ROOMS else None


def check_order():
    """ROOMS itself: nobody may include what comes later, or is no room."""
    seen = set()
    for room, may in ROOMS.items():
        assert set(may) <= seen | {room}, f"{room} comes before {may}"
        seen.add(room)


def include_faults(path, text):
    """(line, why) for each include of a room that is not before this one."""
    room = room_of(path)
    for match in INCLUDE.finditer(text):
        other = room_of("user/" + match.group(1))
        if room and other and other != room and other not in ROOMS[room]:
            yield line_of(text, match), (
                f"order: {match.group(1)}: {room} may not include {other}")


def definitions(texts):
    """{room: the functions that are defined there}."""
    found = {}
    for path, text in texts.items():
        names = found.setdefault(room_of(path), set())
        names.update(match.group(1) for match in DEFINED.finditer(text))
        if path.endswith((".S", ".inc")):
            names.update(LABEL.findall(text))
    return found


def check_rooms(texts):
    """(path, line, why) of all faults; texts: {path: what the file says}."""
    check_order()
    texts = {path: blank(text) for path, text in texts.items()
             if room_of(path) and path.endswith((".c", ".h", ".S", ".inc"))}
    defined = definitions(texts)
    for path, text in texts.items():
        for line, why in include_faults(path, text):
            yield path, line, why
        if not path.endswith(".h") or path in INTERFACES:
            continue
        room = room_of(path)
        elsewhere = set().union(*(names for other, names in defined.items()
                                  if other != room)) - defined[room]
        for match in DECLARED.finditer(text):
            if match.group(1) in elsewhere:
                yield path, line_of(text, match), (
                    f"order: {match.group(1)} is defined in another room")

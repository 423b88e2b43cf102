"""The guest's serial port inside GDB, for `make gdb`, where both share one
terminal. The session names the socket in XO5_SERIAL; without it the port is
elsewhere (`make run-gdb` has it in its own terminal).

What the guest says goes straight to the terminal while it runs. Where GDB
draws the screen (its TUI), it is kept, and shown at the next stop.
"""

import codecs
import os
import socket
import threading

import gdb

END = "[xo5: the machine has ended]\n"
END_SECONDS = 0.5               # for the guest's last words to arrive
_port = _thread = None
_lock = threading.Lock()
_kept = []                      # what was not shown yet
_direct = False                 # may the thread write to the terminal?


def start():
    """Shows what the guest says from now on."""
    global _port, _thread
    path = os.environ.pop("XO5_SERIAL", None)
    if not path or _port:
        return
    _port = socket.socket(socket.AF_UNIX)
    try:
        _port.connect(path)
    except OSError as error:
        _port = None
        raise gdb.GdbError(f"The serial port is lost: {error}.") from None
    gdb.events.cont.connect(_on_continue)
    gdb.events.stop.connect(_on_stop)
    gdb.events.before_prompt.connect(_on_stop)
    for name, do in (("connection_removed", _on_end),
                     ("gdb_exiting", _on_exit)):        # GDB 12
        if hasattr(gdb.events, name):
            getattr(gdb.events, name).connect(do)
    _thread = threading.Thread(target=_pump, args=(_port,), daemon=True)
    _thread.start()


def _on_continue(_=None):
    global _direct
    gdb.flush()
    tui = "not active" not in gdb.execute("info win", to_string=True)
    with _lock:
        _direct = not tui


def _on_stop(_=None):
    global _direct
    with _lock:
        _direct = False
        text = "".join(_kept)
        _kept.clear()
    if text:
        gdb.write(text)


def _on_end(_):
    """QEMU closes this connection and the serial port at the same time."""
    _thread.join(END_SECONDS)
    _on_stop()


def _on_exit(_):
    """GDB is about to close it by itself: there is nothing to wait for."""
    if hasattr(gdb.events, "connection_removed"):
        gdb.events.connection_removed.disconnect(_on_end)


def _pump(port):
    """The thread that takes what comes in. It must not call GDB, which may be
    ending."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        try:
            chunk = port.recv(4096)
        except OSError:
            chunk = b""
        _take(decoder.decode(chunk).replace("\r", "") if chunk else END)
        if not chunk:
            return


def _take(text):
    with _lock:
        if not _direct:
            _kept.append(text)
            return
        try:
            os.write(1, text.encode())
        except OSError:
            _kept.append(text)


def send(line):
    """Types a line on the guest's console."""
    if not _port:
        raise gdb.GdbError("The guest's console is in the other terminal: "
                           "type there.")
    try:
        _port.sendall(line.encode() + b"\r")
    except OSError:
        raise gdb.GdbError("The machine has ended.") from None

"""The guest's serial port inside GDB, for `make gdb`, where both share one
terminal. The session names the socket in XO5_SERIAL; without it the port is
elsewhere (`make run-gdb` has it in its own terminal)."""

import codecs
import os
import socket
import threading

import gdb

_port = None


def start():
    """Shows what the guest says from now on."""
    global _port
    path = os.environ.pop("XO5_SERIAL", None)
    if not path or _port:
        return
    _port = socket.socket(socket.AF_UNIX)
    try:
        _port.connect(path)
    except OSError as error:
        _port = None
        raise gdb.GdbError(f"The serial port is lost: {error}.") from None
    threading.Thread(target=_pump, args=(_port,), daemon=True).start()


def _pump(port):
    """Hands on what comes in; GDB writes it, where its own output goes."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        try:
            chunk = port.recv(4096)
        except OSError:
            return
        if not chunk:
            return
        text = decoder.decode(chunk).replace("\r", "")
        gdb.post_event(lambda text=text: _show(text))


def _show(text):
    gdb.write(text)
    gdb.flush()


def send(line):
    """Types a line on the guest's console."""
    if not _port:
        raise gdb.GdbError("The guest's console is in the other terminal: "
                           "type there.")
    try:
        _port.sendall(line.encode() + b"\r")
    except OSError:
        raise gdb.GdbError("The machine has ended.") from None

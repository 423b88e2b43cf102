"""How a grader speaks with QEMU: its machine protocol, and the little of GDB's
that stops a guest. QEMU may end at any moment, and whatever it is asked then is
an OSError; what only looks, as events() and stopped(), then sees nothing."""

import json

ANSWER_SECONDS = 300    # for QEMU to answer: it may be kept waiting


class Qmp:
    """QEMU's machine protocol: JSON lines over a socket."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(ANSWER_SECONDS)
        self._buffer = b""
        self._events = []
        self._message()
        self.ask("qmp_capabilities")

    def close(self):
        self.sock.close()

    def _message(self):
        while b"\n" not in self._buffer:
            chunk = self.sock.recv(65536)
            if not chunk:
                raise OSError("QEMU has gone")
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)

    def ask(self, command, **arguments):
        """The answer to one command; OSError if QEMU has gone."""
        words = {"execute": command, "arguments": arguments}
        self.sock.sendall(json.dumps(words).encode() + b"\n")
        while True:
            message = self._message()
            if "event" in message:
                self._events.append(message)
            elif "error" in message:
                raise ValueError(message["error"]["desc"])
            else:
                return message["return"]

    def monitor(self, line):
        """What the human monitor says to a line."""
        return self.ask("human-monitor-command", **{"command-line": line})

    def events(self):
        """The events that came since the last call, without waiting."""
        self.sock.setblocking(False)
        try:
            while True:
                chunk = self.sock.recv(65536)
                if not chunk:
                    break
                self._buffer += chunk
        except OSError:
            pass
        self.sock.settimeout(ANSWER_SECONDS)
        while b"\n" in self._buffer:
            message = self._message()
            if "event" in message:
                self._events.append(message)
        found, self._events = self._events, []
        return found


class GdbRemote:
    """The little of GDB's remote protocol that stops a guest: GDB manual,
    appendix E."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(ANSWER_SECONDS)
        self._buffer, self._said_end = b"", False
        self.ask("?")
        # Only who has read the registers' description may set one alone.
        self.ask("qXfer:features:read:target.xml:0,ffb")

    def close(self):
        self.sock.close()

    def send(self, packet):
        body = packet.encode()
        self.sock.sendall(b"$%s#%02x" % (body, sum(body) & 0xff))

    def _packet(self):
        """One packet out of the buffer, acknowledged, or None."""
        start = self._buffer.find(b"$")
        end = self._buffer.find(b"#", start)
        if start < 0 or end < 0 or len(self._buffer) < end + 3:
            return None
        body = self._buffer[start + 1:end]
        self._buffer = self._buffer[end + 3:]
        try:
            self.sock.sendall(b"+")
        except OSError:
            pass                # it was the last that QEMU had to say
        return body.decode()

    def ask(self, packet):
        """Sends a packet and returns the answer."""
        self.send(packet)
        while True:
            answer = self._packet()
            if answer is not None:
                return answer
            chunk = self.sock.recv(4096)
            if not chunk:
                raise OSError("QEMU has gone")
            self._buffer += chunk

    def stopped(self):
        """True if the guest has reported a stop; does not wait."""
        self.sock.setblocking(False)
        try:
            self._buffer += self.sock.recv(4096)
        except OSError:
            pass
        self.sock.settimeout(ANSWER_SECONDS)
        answer = self._packet()
        self._said_end |= answer is not None and answer[:1] in "WX"
        return answer is not None and answer[:1] in "TS"

    def ended(self):
        """True if QEMU has said that it ends, of itself."""
        self.stopped()
        return self._said_end

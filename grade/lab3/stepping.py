"""Runs one call of the kernel instruction by instruction, and looks at memory
after each."""

STEPS_MAX = 3_000
OPCODE = b"\x0f\x22"        # mov to a control register: SDM 2B, MOV


class Stepper:
    """Steps through a function of a session's machine."""

    def __init__(self, world, function):
        self.world, self.pages = world, {}
        self.gdb = world.machine.gdb
        address = world.session.guest.symbols.address
        self.entry = address[function]
        self.missing = address["exercise_missing"]

    def history(self, step, look):
        """Runs a step of the harness. What look() gave before it, and then
        after each instruction that changed that or loaded CR3: [(address,
        loaded, what)], and the answer; None for the list if the function
        never came to its end."""
        found = [(None, False, look())]

        def see(at, loaded):
            what = look()
            if loaded or what != found[-1][2]:
                found.append((at, loaded, what))
        ended, answer = self.follow(step, see)
        return (found if ended else None), answer

    def line(self, at):
        """Where an instruction comes from: its function, file and line."""
        if at is None:
            return "the beginning"
        return self.world.session.guest.symbols.line_at(at)

    def follow(self, step, see):
        """Runs a step of the harness and calls see(place, whether CR3 was
        loaded) after each instruction of the function: whether that came to
        its end, and the answer."""
        session = self.world.session
        session.begin(session.asked)
        part = session._fill([step])
        self.gdb.ask(f"Z1,{self.entry:x},1")
        stop = self.world.machine.go()
        self.gdb.ask(f"z1,{self.entry:x},1")
        ended = (stop.kind == "quiet" and self._word("p10") == self.entry
                 and self._walk(see))
        self.world.machine._stands = False
        session._go_on()
        return ended, session._answers(part)[0]

    def _walk(self, see):
        top = self._word("p7")          # rsp: at the return address
        back = self._return_address(top)
        for _ in range(STEPS_MAX):
            at = self._word("p10")
            if at == back and self._word("p7") > top:
                return True
            if at == self.missing:
                return False
            loads = self._loads_root(at)
            self.gdb.ask("s")
            see(at, loads)
        return False

    def _return_address(self, top):
        data = self.world.session.guest.virtual(top, 8)
        return int.from_bytes(data, "little")

    def _loads_root(self, at):
        code = self._code(at, 4)
        if code[:1] in (b"\x40", b"\x41"):
            code = code[1:]
        return code[:2] == OPCODE and code[2] & 0xf8 == 0xd8

    def _code(self, at, count):
        page = at & -4096
        if page not in self.pages:
            self.pages[page] = self.world.session.guest.virtual(page, 4096)
        code = self.pages[page][at - page:at - page + count]
        return code + bytes(count - len(code))

    def _word(self, packet):
        answer = self.gdb.ask(packet)
        return int.from_bytes(bytes.fromhex(answer), "little")

"""LLVM IR as text, read into blocks and types: LLVM 14's, whose pointers say
what they lead to, and LLVM 19's, whose pointers are all `ptr`.

Only what clang makes of kernel/ops at -O1 is known here. Anything else raises
Unsupported: the prover never guesses, and never skips an instruction."""

import re


class Unsupported(Exception):
    """IR that the prover does not understand."""


# ---- types ------------------------------------------------------------------

class Int:
    """An integer of `bits` bits."""

    def __init__(self, bits):
        self.bits = bits

    def size(self):
        return max(1, self.bits // 8)


class Array:
    """`count` of `item`; a count of 0 is an array that the linker places."""

    def __init__(self, count, item):
        self.count, self.item = count, item

    def size(self):
        return self.count * self.item.size()


class Struct:
    """Fields one after the other, each aligned to its own size."""

    def __init__(self, fields):
        self.fields = fields

    def offset(self, number):
        """Bytes from the start to that field."""
        at = 0
        for i, field in enumerate(self.fields):
            unit = alignment(field)
            at = (at + unit - 1) // unit * unit
            if i == number:
                return at
            at += field.size()
        return at

    def size(self):
        unit = alignment(self)
        return (self.offset(len(self.fields)) + unit - 1) // unit * unit


class Pointer:
    """The type of an address: of `to`, which later versions do not say."""

    def __init__(self, to=None):
        self.to = to

    def size(self):
        return 8


class Void:
    """No value."""

    def size(self):
        return 1


def alignment(kind):
    if isinstance(kind, Array):
        return alignment(kind.item)
    if isinstance(kind, Struct):
        return max([alignment(f) for f in kind.fields] or [1])
    return kind.size()


class Types:
    """Parses types; knows the module's named structs."""

    def __init__(self):
        self.named = {}

    def parse(self, text):
        """The type at the start of `text`, and what follows it."""
        text = text.lstrip()
        found, rest = self._plain(text)
        while rest.startswith("*"):
            found, rest = Pointer(found), rest[1:]
        return found, rest

    def _plain(self, text):
        word = re.match(r"i(\d+)", text)
        if word:
            return Int(int(word[1])), text[word.end():]
        word = re.match(r"(void|ptr)\b", text)
        if word:
            kind = Void() if word[1] == "void" else Pointer()
            return kind, text[word.end():]
        word = re.match(r"\[(\d+) x ", text)
        if word:
            item, rest = self.parse(text[word.end():])
            return Array(int(word[1]), item), rest[1:]
        if text.startswith("{"):
            return self._struct(text)
        word = re.match(r"%[\w.]+", text)
        if word and word[0] in self.named:
            return self.named[word[0]], text[word.end():]
        raise Unsupported(f"type {text[:60]}")

    def _struct(self, text):
        fields, rest = [], text[1:]
        while True:
            field, rest = self.parse(rest)
            fields.append(field)
            rest = rest.lstrip()
            if rest[0] == "}":
                return Struct(fields), rest[1:]
            if rest[0] != ",":
                raise Unsupported(f"struct {text[:60]}")
            rest = rest[1:]


# ---- a module ---------------------------------------------------------------

class Function:
    """Parameters as (name, type), and blocks of instructions by name;
    `answers`: (least, end) that callers were promised of its result."""

    def __init__(self, name, parameters, answers=None):
        self.name, self.parameters, self.answers = name, parameters, answers
        self.blocks, self.entry, self.order = {}, None, {}

    def successors(self, block):
        return re.findall(r"label (%[\w.]+)", self.blocks[block][-1])

    def number(self):
        """Blocks in reverse postorder: one comes after those that lead to it,
        but for loops."""
        seen, post, stack = {self.entry}, [], []
        stack.append((self.entry, iter(self.successors(self.entry))))
        while stack:
            block, after = stack[-1]
            step = next((b for b in after if b not in seen), None)
            if step is None:
                post.append(block)
                stack.pop()
            else:
                seen.add(step)
                stack.append((step, iter(self.successors(step))))
        self.order = {b: i for i, b in enumerate(reversed(post))}


class Module:
    """The functions, globals and types of one file of IR."""

    def __init__(self, path):
        self.types = Types()
        self.globals, self.functions, self.lines = {}, {}, {}
        self._function = self._block = self._open = None
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        structs = [l for l in lines if re.match(r"%[\w.]+ = type ", l)]
        self._structs(structs)
        for line in lines:
            self._line(line)
        for function in self.functions.values():
            function.number()

    def _structs(self, lines):
        """Named structs in any order: each waits for those that it holds."""
        waiting = list(lines)
        while waiting:
            left = []
            for line in waiting:
                name, text = line.split(" = type ")
                try:
                    self.types.named[name] = self.types.parse(text)[0]
                except Unsupported:
                    left.append(line)
            if len(left) == len(waiting):
                raise Unsupported(f"struct {left[0]}")
            waiting = left

    def _line(self, line):
        if self._open is not None:        # a switch over several lines
            line, self._open = self._open + " " + line.strip(), None
        if line.startswith("@"):
            self._global(line)
        elif line.startswith("define"):
            self._define(line)
        elif line.startswith("}"):
            self._function = None
        elif self._function is not None:
            self._instruction(line)
        elif line and not line.startswith(OUTSIDE):
            raise Unsupported(line)

    def _global(self, line):
        head = re.match(r"(@[\w.]+) = .*?\b(?:global|constant) (.*)", line)
        if not head:
            raise Unsupported(line)
        self.globals[head[1]] = self.types.parse(head[2])[0]

    def _define(self, line):
        head = re.match(r"define (.*?)(@[\w.]+)\(", line)
        parameters = []
        for one in split(bracket(line[head.end():])):
            kind, rest = self.types.parse(one)
            parameters.append((rest.split()[-1], kind))
        self._function = Function(head[2], parameters, promised(head[1]))
        self.functions[head[2]] = self._function
        self._block = "%" + str(len(parameters))
        self._function.entry = self._block
        self._function.blocks[self._block] = []

    def _instruction(self, line):
        label = re.match(r"([\w.]+):", line)
        if label:
            self._block = "%" + label[1]
            blocks = self._function.blocks
            if len(blocks) == 1 and not blocks[self._function.entry]:
                del blocks[self._function.entry]   # its label stands here
                self._function.entry = self._block
            blocks[self._block] = []
            return
        line = re.sub(r"\s*; preds = .*$", "", line)
        line = re.sub(rf"(, !({UNUSED}) ![\w.]+)+$", "", line).strip()
        if not line or line.startswith(DEBUG):
            return
        if re.search(r", ![a-z]", line):
            raise Unsupported(f"a promise in {line}")
        if line.startswith("switch") and "]" not in line:
            self._open = line
            return
        self._function.blocks[self._block].append(line)


# What is said of an instruction and changes nothing that it does: for
# debuggers, messages, and of loops, which are proved to end. Anything else
# might be a promise on which a compiler relies.
UNUSED = r"dbg|srcloc|llvm\.loop|DIAssignID"
# Lines that belong to no function and say nothing of what is done.
OUTSIDE = ("%", "!", ";", "declare ", "attributes ", "target ",
           "source_filename ")
DEBUG = ("#dbg_", "call void @llvm.dbg.", "tail call void @llvm.dbg.")


def bracket(text):
    """What stands before the bracket that is closed and was never opened."""
    depth = 1
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[:at]
    raise Unsupported(f"no end of {text[:60]}")


def promised(text):
    """(least, end) of a `range(...)` among these attributes, or None."""
    word = re.search(r"range\(i(\d+) (-?\d+), (-?\d+)\)", text)
    if word:
        return int(word[2]), int(word[3])
    if "range(" in text:
        raise Unsupported(text)
    return None


def split(text):
    """Parts between the commas that no bracket holds."""
    parts, depth, part = [], 0, ""
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return parts + [part.strip()] if part.strip() else parts

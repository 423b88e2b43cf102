"""Text that others wrote, made fit to be shown.

What a guest or a compiler says can hold anything: escape sequences that
rewrite a terminal, characters that XML has no way to write, halves of
surrogate pairs. They are shown by their numbers instead.
"""

import re

LONGEST = 8000      # characters of one thing that is told
# Control characters but tab and newline; what turns the direction of text or
# is not seen at all; halves of surrogate pairs; and what is no character.
UNFIT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
                   "\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
                   "\ufffe\uffff]")


def plain(text, longest=LONGEST):
    """The text without anything that a terminal, JSON or XML would take for
    more than letters; the middle of a long one is left out."""
    text = UNFIT.sub(_number, text.replace("\r\n", "\n"))
    if len(text) <= longest:
        return text
    half = longest // 2
    return (f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n"
            f"{text[-half:]}")


def line(text):
    """The same as one line."""
    return " ".join(plain(text).split())


def _number(found):
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"

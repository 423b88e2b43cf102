"""The secret of a grading run, which moves every case that a score rests on.

A hand-in that brings answers along was written before the secret was chosen.
Its cases are then others of the same kind: other addresses, frames, contents
and orders. Who practises has none: the cases stay the same from day to day,
so that they can be read and stepped through.

SEED= names the secret, so that a score can be repeated; else a run of somebody
else's work chooses one at random, or takes it out of the instructor's file:
then the same hand-in always gets the same cases, and no other one's tell
anything of them.
"""

import hashlib
import json
import os
import random
import secrets
from pathlib import Path

BITS = 64
SETTINGS = "XO5_GRADE"      # in the environment: a run's settings
MOST = 3                    # times that something is asked again


class Secret:
    """A secret, or none at all: Secret(None)."""

    def __init__(self, text=None):
        self.text = text

    def dice(self, *names):
        """Random numbers for that purpose alone; the same each time."""
        words = "\0".join(map(str, (self.text or "practice", *names)))
        return random.Random(hashlib.sha256(words.encode()).digest())

    def pick(self, fixed, choose, *names):
        """What practice has, `fixed`, or choose(dice)."""
        return fixed if self.text is None else choose(self.dice(*names))

    def shuffled(self, things, *names):
        """The things; with a secret, in another order."""
        things = list(things)
        if self.text is not None:
            self.dice("order", *names).shuffle(things)
        return things

    def repeated(self, things, *names):
        """The things; with a secret, each once or more often, in another
        order: who counts what is asked knows nothing by that."""
        if self.text is None:
            return list(things)
        dice = self.dice("times", *names)
        return self.shuffled([thing for thing in things for _ in range(
            dice.randint(1, MOST))], "times", *names)

    def seeds(self, boot, fixed):
        """As many seeds as `fixed` has."""
        return self.pick(list(fixed), lambda dice: [
            dice.randrange(1 << 32) for _ in fixed], "seeds", boot)

    def memory(self, boot):
        """A boot's RAM, as lab.toml has it: `mem`, or anything in
        `mem_between`, two numbers of MiB."""
        between = boot.get("mem_between")
        if not between or self.text is None:
            return boot.get("mem")
        return f"{self.dice('mem', boot['name']).randrange(*between)}M"


def of_this_run():
    """The Secret of the run that the environment names: a process grades one.
    Without a run there is none."""
    path = os.environ.get(SETTINGS)
    settings = json.loads(Path(path).read_text()) if path else {}
    return Secret(settings.get("secret"))


def chosen():
    """A fresh secret."""
    return secrets.token_hex(BITS // 8)


def of_file(path, files):
    """The secret that an instructor's file gives a hand-in, which consists of
    these files."""
    whole = hashlib.sha256(Path(path).read_bytes())
    for file in sorted(files):
        whole.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return whole.hexdigest()[:BITS // 4]

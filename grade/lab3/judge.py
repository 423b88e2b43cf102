"""What the tests of attach and update ask, and say of it. Cases are
{what they are about: arguments}; each test asks as process ME."""

from grade.ops.scene import ME
from grade.ops.script import OP_ATTACH, OP_UPDATE

COUNTS = "attach writes one entry, and counts it in refs and in live"


def fine(scene, cases):
    """Attaches that must be done, and what becomes of it all."""
    scene.world.each(COUNTS, OP_ATTACH, cases, me=ME)


def refuse(scene, error, cases, rule):
    """Attaches that must be refused. Nothing may change."""
    scene.world.each(rule, OP_ATTACH, cases, error, ME)


def change(scene, rule, cases, me=ME, ordered=False):
    """Updates that must be done, and what becomes of it all. ordered: one
    after the other."""
    scene.world.each(rule, OP_UPDATE, cases, me=me, ordered=ordered)


def keep(scene, error, cases, rule, me=ME):
    """Updates that must be refused. Nothing may change."""
    scene.world.each(rule, OP_UPDATE, cases, error, me)

"""Whole boots: programs in ring 3, in init's place, with all of labs 1 to 4
beneath them."""


def test_program_swapmem(programs):
    programs.run("memory", "swapmem")


def test_program_child(programs):
    programs.run("memory", "child")


def test_program_double(programs):
    programs.run("memory", "double")


def test_program_rounds(programs):
    programs.run("sched", "rounds")

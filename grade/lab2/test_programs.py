"""Whole boots, with labs 1 and 2 alone: init, a program, and the records that
a machine's own memory map makes."""


def test_machine_small(programs):
    programs.records("small")


def test_machine_large(programs):
    programs.records("large")


def test_init_greets(programs):
    programs.greet("whole")


def test_init_greets_small(programs):
    programs.greet("small")


def test_program_own(programs):
    programs.run("whole", "own")

"""Whole boots: programs in ring 3, in init's place, with all of labs 1 to 3
beneath them."""


def test_program_pages(programs):
    programs.run("pages", "pages")


def test_program_superpage(programs):
    programs.run("pages", "superpage")


def test_program_faults(programs):
    programs.run("faults", "faults")


def test_program_call(programs):
    programs.run("faults", "call")

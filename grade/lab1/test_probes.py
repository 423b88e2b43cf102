"""Exercises 1.1 to 1.4, each function by itself, in the harness."""

from grade.lab1.judge import judge_info, judge_tables, judge_words

PARSE = "bootinfo_parse takes what the tags say, as boot/bootinfo.h promises"
ERROR = "bootinfo_parse gives the error that boot/bootinfo.h names"
MAKE = "entry_make puts every bit where arch/paging.h draws it"
FIND = "walk_find goes down to the level asked, as the processor would"
LARGE = "map_range uses the largest page that fits"


def test_info_plain(cases):
    judge_info(cases, PARSE)


def test_info_regions(cases):
    judge_info(cases, "RAM is shrunk to whole frames, other kinds are kept")


def test_info_strings(cases):
    judge_info(cases, "names and the command line fit, with their zero")


def test_info_sizes(cases):
    judge_info(cases, ERROR)


def test_info_short(cases):
    judge_info(cases, "a tag is as large as its fixed part, at least")


def test_info_order(cases):
    judge_info(cases, "the first error met, front to back, is the answer")


def test_info_seeded(cases):
    judge_info(cases, PARSE)


def test_entry_make(cases):
    judge_words(cases, MAKE)


def test_entry_nothing(cases):
    judge_words(cases, "without RIGHT_R an entry is empty: 0")


def test_entry_pages_and_tables(cases):
    judge_words(cases, "PS is set for a page of level 2 or 3, and only there")


def test_entry_read(cases):
    judge_words(cases, "entry_rights and entry_is_page read an entry back")


def test_entry_frame(cases):
    judge_words(cases, "entry_frame gives the frame and no other bit")


def test_entry_change(cases):
    judge_words(cases, "entry_with_rights changes P, W and NX alone")


def test_entry_seeded(cases):
    judge_words(cases, MAKE)


def test_walk_four_levels(cases):
    judge_tables(cases, FIND)


def test_walk_five_levels(cases):
    judge_tables(cases, FIND)


def test_walk_stops(cases):
    judge_tables(cases, "walk_find stops at an empty entry and at a page")


def test_walk_canonical(cases):
    judge_tables(cases, "an address that is not canonical has no entry")


def test_walk_make(cases):
    judge_tables(cases, "walk_make puts in the missing tables, and no more")


def test_walk_make_fails(cases):
    judge_tables(cases, "walk_make gives WALK_NONE where it can go no further")


def test_walk_translate(cases):
    judge_tables(cases, "every entry on the way bounds what is allowed")


def test_walk_seeded(cases):
    judge_tables(cases, FIND)


def test_map_level(cases):
    judge_tables(cases, "map_level is the largest page that fits, both sides")


def test_map_small(cases):
    judge_tables(cases, "map_range maps the range, all of it and no more")


def test_map_large(cases):
    judge_tables(cases, LARGE)


def test_map_errors(cases):
    judge_tables(cases, "the first error of enum map_error; nothing changed")


def test_map_full(cases):
    judge_tables(cases, "without a frame for a table the answer is MAP_FULL")


def test_map_seeded(cases):
    judge_tables(cases, LARGE)


def test_kmap_error(cases):
    judge_tables(cases, "kmap_build gives map_range's first error")

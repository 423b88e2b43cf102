"""Lab 1: entries; and what needs no function."""

from proof.part import Part
from proof.spec import entry


def no_terms(s, terms, *_):
    return terms


def nothing(_):
    """No function: what follows from the invariants, or is mathematics."""


def pure(function, specify, arguments, before):
    return Part(function, function, specify, arguments, no_terms, 1, "1.2",
                before=before, pure=True)


PARTS = (
    Part("state", None, nothing, "", no_terms, None, None, pure=True),
    Part("sums", None, nothing, "", no_terms, None, None, pure=True),
    pure("entry_make", entry.entry_make, "frame level rights how",
         entry.fits),
    pure("entry_rights", entry.entry_allows, "entry", None),
    pure("entry_is_page", entry.entry_is_page, "entry level", None),
    pure("entry_frame", entry.entry_frame, "entry level", entry.level_fits),
    pure("entry_with_rights", entry.entry_with_rights, "entry rights",
         entry.is_present),
)

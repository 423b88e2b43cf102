"""Hand-ins as tar and zip files: good ones are graded, and nothing in a bad
one does harm."""

import gzip
import io
import os
import stat
import tarfile
import zipfile

import pytest

from grade import archive, student, tree
from tests.grade.test_grade import grade
from tests.labs.solutions import TOP

WALK = "kernel/boot/walk.c"


def tar(path, members, mode="w:gz"):
    """A tar of {name: bytes or a function of its TarInfo}."""
    with tarfile.open(path, mode) as out:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            if callable(data):
                data(info)
                data = b""
            info.size = info.size or len(data)
            out.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return path


def zipped(path, members):
    """A zip of {name: bytes or (mode, bytes)}."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            mode, data = data if isinstance(data, tuple) else (0o100644, data)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)
    return path


def unpacked(file, tmp_path):
    return archive.unpack(file, tmp_path / "sent")


@pytest.mark.parametrize("mode, name", [
    ("w", "a.tar"), ("w:gz", "a.tar.gz"), ("w:bz2", "a.tar.bz2"),
    ("w:xz", "a.tar.xz"), ("zip", "a.zip")])
@pytest.mark.parametrize("inside", ["", "course-main/"])
def test_every_kind(mode, name, inside, tmp_path):
    """The suffix does not matter; one folder around it all is left away."""
    members = {f"{inside}{WALK}": b"walk", f"{inside}mine/a.h": b"a",
               f"{inside}build/x.iso": b"litter", f"{inside}.git/HEAD": b"l"}
    make = zipped if mode == "zip" else lambda p, m: tar(p, m, mode)
    folder = unpacked(make(tmp_path / "sent-in", members), tmp_path)
    found = sorted(p.relative_to(folder).as_posix()
                   for p in folder.rglob("*") if p.is_file())
    assert (folder / WALK).read_bytes() == b"walk"
    assert found == [WALK, "mine/a.h"] or inside


def as_kind(kind, **fields):
    def change(info):
        info.type = kind
        for name, value in fields.items():
            setattr(info, name, value)
    return change


BAD_TARS = {
    "absolute": {"/tmp/xo5-evil": b"x"},
    "above": {"kernel/../../evil": b"x"},
    "link": {WALK: as_kind(tarfile.SYMTYPE, linkname="/etc/passwd")},
    "hard link": {WALK: as_kind(tarfile.LNKTYPE, linkname="/etc/passwd")},
    "through a link": {"kernel": as_kind(tarfile.SYMTYPE, linkname="/tmp"),
                       "kernel/evil": b"x"},
    "device": {WALK: as_kind(tarfile.CHRTYPE, devmajor=1, devminor=5)},
    "pipe": {WALK: as_kind(tarfile.FIFOTYPE)},
    "sparse": {WALK: as_kind(tarfile.GNUTYPE_SPARSE)},
    "file and folder": {"kernel": b"x", WALK: b"y"},
    "long": {"n" * 300: b"x"},
}


@pytest.mark.parametrize("name", BAD_TARS)
def test_tar_that_does_harm(name, tmp_path):
    file = tar(tmp_path / "evil.tar.gz", BAD_TARS[name])
    with pytest.raises(tree.SubmissionError, match=r"^evil\.tar\.gz: "):
        unpacked(file, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["evil.tar.gz",
                                                          "sent"]


@pytest.mark.parametrize("members", [
    {"/tmp/xo5-evil": b"x"}, {"../evil": b"x"}, {"a\\..\\..\\evil": b"x"},
    {WALK: (stat.S_IFLNK | 0o777, b"/etc/passwd")},
    {WALK: (stat.S_IFIFO | 0o644, b"")}])
def test_zip_that_does_harm(members, tmp_path):
    file = zipped(tmp_path / "evil.zip", members)
    with pytest.raises(tree.SubmissionError, match=r"^evil\.zip: "):
        unpacked(file, tmp_path)


def test_bombs(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "BYTES", 4 << 20)
    zeros = bytes(8 << 20)
    for file in (tar(tmp_path / "b.tar.gz", {"x": zeros}),
                 tar(tmp_path / "b.tar.xz", {"x": zeros}, "w:xz"),
                 zipped(tmp_path / "b.zip", {"x": zeros}),
                 zipped(tmp_path / "two.zip", {"x": zeros[:3 << 20],
                                               "y": zeros[:3 << 20]})):
        with pytest.raises(tree.SubmissionError, match="more than 4 MiB"):
            archive.unpack(file, tmp_path / f"{file.name}-sent")
    monkeypatch.setattr(archive, "MEMBERS", 10)
    many = {f"f{n}": b"" for n in range(11)}
    for file in (tar(tmp_path / "m.tar.gz", many),
                 zipped(tmp_path / "m.zip", many)):
        with pytest.raises(tree.SubmissionError, match="more than 10 files"):
            archive.unpack(file, tmp_path / f"{file.name}-sent")


@pytest.mark.parametrize("data", [
    b"", b"no archive at all", gzip.compress(b"no tar"),
    gzip.compress(bytes(range(256)) * 99)[:-40], b"PK\3\4 cut",
    b"\xfd7zXZ\0broken"])
def test_what_is_none(data, tmp_path):
    (tmp_path / "sent.tar.gz").write_bytes(data)
    with pytest.raises(tree.SubmissionError, match=r"^sent\.tar\.gz: "):
        unpacked(tmp_path / "sent.tar.gz", tmp_path)


def test_which_lab(tmp_path):
    labs = tree.labs_in(TOP)
    for number in (1, 3):
        members = {path: b"" for path in tree.owned_paths(TOP, number)}
        folder = archive.unpack(tar(tmp_path / f"{number}.tar.gz", members),
                                tmp_path / str(number))
        assert archive.labs_of(folder, labs) == number
    assert archive.labs_of(tmp_path, labs) is None


def test_handin_is_graded_as_it_is(top, tmp_path):
    """What `make handin` packs says itself which lab it is of."""
    paths = sorted(tree.owned_paths(TOP, 1))
    file = tmp_path / "handin-lab1.tar.gz"
    file.write_bytes(student.pack(TOP, paths))
    before = sorted(os.listdir(top))
    status, output = grade(top, "--submission", str(file))
    assert (status, output.splitlines()[-1]) == (0, "Score: 100/100")
    assert sorted(os.listdir(top)) == before
    status, output = grade(top, "--submission", str(file), "--test",
                           "test_info_plain")
    assert (status, output.splitlines()[-1]) == (0, "Score: 4/4")


def test_broken_one_is_told(top, tmp_path):
    (tmp_path / "h.tar.gz").write_bytes(b"\x1f\x8b broken")
    status, output = grade(top, "--submission", str(tmp_path / "h.tar.gz"))
    lines = output.splitlines()
    assert status == 2 and len(lines) == 2
    assert lines[0].startswith("xo5: h.tar.gz: cannot be unpacked: ")

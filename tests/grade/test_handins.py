"""Hand-ins in every form are read, and none can do harm."""

import gzip
import os
import tarfile
import zipfile

import pytest

from grade.classes import archive, handin
from tests.grade import classes

MAP = "kernel/boot/map.c"
WANTED = handin.Wanted(classes.TOP, 1)


@pytest.fixture(scope="module", name="plain")
def plain_folder(tmp_path_factory):
    """The starters, with mine/ and a paper."""
    folder = classes.starters(tmp_path_factory.mktemp("plain") / "x")
    (folder / "mine").mkdir()
    (folder / "mine/own.c").write_text("int own;\n")
    (folder / "answers.md").write_text("42\n")
    return folder


def read(path):
    return handin.read(path, WANTED)


def forms(plain, top):
    """Every form of the same hand-in, by its name."""
    classes.tarball(plain, top / "a.tar.gz")
    classes.tarball(plain, top / "b b.tgz", "ann-lab1/deep/")
    classes.zipped(plain, top / "\xe4\xdf.zip", "top folder/")
    with tarfile.open(top / "d.tar.xz", "w:xz") as tar:
        tar.add(plain, ".")
    (top / "moodle_1_file_").mkdir()
    classes.tarball(plain, top / "moodle_1_file_/handin-lab1.tar.gz")
    (top / "f/inside").mkdir(parents=True)
    classes.zipped(plain, top / "f/inside/x.zip")
    (top / "clone").mkdir()
    for file in plain.rglob("*"):
        if file.is_file():
            to = top / "clone" / file.relative_to(plain)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    classes.repository(top / "clone", top / "bare.git")
    classes.git(top, "clone", "-q", "--no-checkout", "clone", "unchecked")
    return top


def test_every_form_is_the_same(plain, tmp_path):
    found = {one.name: read(one.path)
             for one in handin.listed(forms(plain, tmp_path))}
    assert len(found) == 9 and {"b b", "\xe4\xdf", "bare"} <= set(found)
    assert len({one.digest() for one in found.values()}) == 1
    assert read(plain).digest() == found["a"].digest()
    for name in ("clone", "bare", "unchecked"):
        assert found[name].when == 1772366400, name     # of the commit
    one = found["a"]
    assert {MAP, "mine/own.c", "answers.md"} <= set(one.files)


def test_names_of_files_are_plain_and_different():
    names = ["ann", "Ann Lee", "\xc4nn", "a/b", "-rf", "..", "\udcff", "x" * 99,
             "<script>"]
    ids = [handin.id_of(name) for name in names]
    assert len(set(ids)) == len(names) and ids[0] == "ann"
    assert all(handin.PLAIN.match(one) for one in ids)


def test_two_of_one_name_are_refused(tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann.zip").write_text("")
    with pytest.raises(handin.HandinError, match="both called ann"):
        handin.listed(tmp_path)


def link(name, to, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def test_nothing_leads_out(tmp_path, plain):
    """Links, devices and paths that leave are told, and never made."""
    device = tarfile.TarInfo("kernel/core/entry.c")
    device.type = tarfile.CHRTYPE
    data = (plain / MAP).read_bytes()
    file = classes.packed(
        (MAP, data), (link("kernel/boot/walk.c", "/etc/passwd"), b""),
        (link("kernel/boot/kmap.c", MAP, tarfile.LNKTYPE), b""),
        (device, b""), ("../kernel/boot/bootinfo.c", b"out"),
        ("/kernel/boot/bootinfo.c", b"out"))
    (tmp_path / "x.tar").write_bytes(file.getvalue())
    one = read(tmp_path / "x.tar")
    assert one.files == {MAP: data}
    said = "\n".join(one.notes)
    assert said.count("leads out") == 2 and said.count("a link") == 2
    assert "not a regular file" in said
    handin.lay(one, tmp_path / "laid")
    assert sorted(p for p in (tmp_path / "laid").rglob("*")
                  if p.is_file()) == [tmp_path / "laid" / MAP]


def test_links_and_pipes_in_a_folder(tmp_path, plain):
    folder = classes.starters(tmp_path / "x")
    (folder / MAP).unlink()
    (folder / MAP).symlink_to("/etc/passwd")
    (folder / "mine").symlink_to("/etc")
    os.mkfifo(folder / "design.md")
    one = read(folder)
    assert MAP not in one.files and len(one.files) == 4
    assert f"{MAP}: left out: a link" in one.notes
    assert "design.md: left out: not a regular file" in one.notes


def test_a_repository_cannot_run_anything(tmp_path, plain):
    """Its own configuration, hooks and filters are not ours."""
    top = tmp_path / "x"
    classes.starters(top)
    (top / ".gitattributes").write_text("*.c filter=evil\n")
    classes.repository(top)
    touch = f"touch {tmp_path}/ran"
    for key in ("filter.evil.smudge", "core.fsmonitor", "core.pager",
                "uploadpack.packObjectsHook", "tar.tar.command",
                "core.sshCommand", "gpg.program"):
        classes.git(top, "config", key, f"{touch}; cat")
    (top / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (top / ".git/hooks" / hook).write_text(f"#!/bin/sh\n{touch}\n")
        (top / ".git/hooks" / hook).chmod(0o755)
    for name in (top, top / ".git"):
        assert read(name).files
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("data, words", [
    (b"", "damaged|no folder"), (b"hello", "no folder, no tar, no zip"),
    (b"\x1f\x8bxx", "damaged"), (b"PK\x03\x04zzzz", "damaged"),
    (b"\xfd7zXZ\0zz", "damaged"), (b"BZh9zz", "damaged"),
])
def test_what_is_no_archive(tmp_path, data, words):
    (tmp_path / "x.tar").write_bytes(data)
    with pytest.raises(handin.HandinError, match=words):
        read(tmp_path / "x.tar")


def test_half_an_archive(tmp_path, plain):
    file = classes.tarball(plain, tmp_path / "x.tar.gz")
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(handin.HandinError, match="damaged"):
        read(file)


def test_bombs(tmp_path, monkeypatch, plain):
    """What unpacks to too much is refused before it is unpacked."""
    monkeypatch.setattr(archive, "UNPACKED", 1 << 20)
    with gzip.open(tmp_path / "x.tar.gz", "wb") as out:
        out.write(classes.packed((MAP, b"x"), (
            "mine/big.bin", bytes(1 << 21))).getvalue())
    with zipfile.ZipFile(tmp_path / "x.zip", "w",
                         zipfile.ZIP_DEFLATED) as out:
        out.writestr("mine/big.bin", bytes(1 << 21))
    for name in ("x.tar.gz", "x.zip"):
        with pytest.raises(handin.HandinError, match="unpacks to more"):
            read(tmp_path / name)


def test_limits(tmp_path, monkeypatch):
    (tmp_path / "x.tar").write_bytes(classes.packed(
        (MAP, b"x"), ("mine/big.c", bytes((1 << 20) + 1))).getvalue())
    one = read(tmp_path / "x.tar")
    assert one.notes == ["mine/big.c: left out: larger than 1 MiB"]
    monkeypatch.setattr(handin, "MEMBERS", 1)
    with pytest.raises(handin.HandinError, match="more than 1 files"):
        read(tmp_path / "x.tar")


def test_which_archive_counts(tmp_path, plain):
    (tmp_path / "x").mkdir()
    for name in ("one.tar.gz", "two.tar.gz"):
        classes.tarball(plain, tmp_path / "x" / name)
    with pytest.raises(handin.HandinError, match="which one counts"):
        read(tmp_path / "x")


def test_nothing_of_the_lab(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/answers.md").write_text("42\n")
    with pytest.raises(handin.HandinError, match="none of the lab's files"):
        read(tmp_path / "x")

"""The atlas is the installed library's own: the one that came along, one that was kept, or a new one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import phonenumbers
import pytest

from listkit.home import home
from listkit.rules.numbers import atlas, parsing, walking
from tests.rules.numbers import chance
from tests.rules.numbers.test_parsing import library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER_VERSION = "0.0.1"
FEW = {91: ("IN",), 54: ("AR",), 44: ("GB", "GG", "IM", "JE"), 800: ("001",)}


def forget() -> None:
    """Forget what is known of the installed library."""
    for kept in (atlas.of, walking.known, walking.outcomes, walking._facts, walking.place, parsing._tables):
        kept.cache_clear()


@pytest.fixture
def another_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install another library: it says another version, knows few countries, and Indian mobiles begin with 5."""
    monkeypatch.setattr(phonenumbers, "__version__", OTHER_VERSION)
    for module in (phonenumbers, phonenumbers.phonenumberutil):
        monkeypatch.setattr(module, "COUNTRY_CODE_TO_REGION_CODE", FEW)
        monkeypatch.setattr(module, "SUPPORTED_REGIONS", {"IN", "AR", "GB", "GG", "IM", "JE"})
    india = phonenumbers.PhoneMetadata.metadata_for_region("IN")
    for known in (india.general_desc, india.mobile):
        monkeypatch.setitem(known.__dict__, "national_number_pattern", r"5\d{9}")
    forget()
    yield
    forget()


def read() -> list[object]:
    """Read some cells as the library does, and return those that are read otherwise."""
    theirs = [cell for cell in chance.cells(5_000, 7) if cell[1] in {None, *phonenumbers.SUPPORTED_REGIONS}]
    cells = [*theirs, ("59876 54321", "IN"), ("98765 43210", "IN"), ("+1 202 555 0123", None)]
    return [cell for cell in cells if _told(parsing.parse_one(*cell)) != library(*cell)]


def _told(phone: parsing.Phone) -> tuple[str | None, str | None, str | None]:
    return phone.value, phone.country, phone.kind


@pytest.mark.usefixtures("another_library")
def test_another_version_of_the_library_is_obeyed_exactly() -> None:
    """Its plans are laid out anew, kept in the home for the user alone, and taken from there the next time."""
    kept = home() / "cache" / f"atlas-{OTHER_VERSION}-{atlas.FORM}.npz"
    assert not kept.exists()
    assert read() == []
    assert parsing.parse_one("59876 54321", "IN").value == "+915987654321"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    forget()
    made, atlas.make = atlas.make, None
    try:
        assert read() == []
    finally:
        atlas.make = made


@pytest.mark.usefixtures("another_library")
@pytest.mark.parametrize("damage", [b"", b"no atlas", b"PK\x03\x04", None])
def test_a_kept_atlas_that_cannot_be_read_is_made_again(damage: bytes | None) -> None:
    """A file that is empty or holds something else is replaced; where nothing can be kept, it is done without."""
    kept = home() / "cache" / f"atlas-{OTHER_VERSION}-{atlas.FORM}.npz"
    if damage is None:
        home().parent.mkdir(parents=True, exist_ok=True)
        home().write_text("a file where the folder should be")
    else:
        kept.parent.mkdir(parents=True)
        kept.write_bytes(damage)
    assert parsing.parse_one("59876 54321", "IN").value == "+915987654321"
    if damage is not None:
        with kept.open("rb") as file:
            assert atlas.load(file).version == OTHER_VERSION


@pytest.mark.usefixtures("another_library")
def test_the_atlas_that_comes_along_is_made_once_for_each_version(tmp_path: Path) -> None:
    """The file of another version goes, and one that is there already stays as it is."""
    (tmp_path / "atlas-0.0.0-1.npz").touch()
    atlas.ship(tmp_path)
    (made,) = tmp_path.iterdir()
    assert made.name == f"atlas-{OTHER_VERSION}-{atlas.FORM}.npz"
    before = made.stat()
    atlas.ship(tmp_path)
    assert made.stat() == before


def test_an_atlas_is_the_same_after_it_was_saved() -> None:
    """What is written into a file is read from it."""
    here = walking.known()
    file = io.BytesIO()
    atlas.save(here, file)
    file.seek(0)
    there = atlas.load(file)
    assert (there.version, there.outcomes, there.national, there.abroad, there.international) == (
        here.version, here.outcomes, here.national, here.abroad, here.international,
    )  # fmt: skip
    assert (there.steps == here.steps).all()
    assert (there.told == here.told).all()


def test_the_atlas_that_came_along_is_for_the_library_that_is_installed() -> None:
    """Nothing has to be laid out for the version that listkit is tested with; `make fix` makes a new one."""
    assert walking.known().version == phonenumbers.__version__
    assert not (home() / "cache").exists()


@pytest.mark.torture
def test_the_atlas_that_came_along_is_what_would_be_made() -> None:
    """Laying the plans of the installed library out again gives the file, node by node."""
    made, here = atlas.make(), walking.known()
    assert made.outcomes == here.outcomes
    assert (made.steps == here.steps).all()
    assert (made.told == here.told).all()

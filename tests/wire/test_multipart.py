"""Forms with files: what is written is read, and what is broken or too much is refused."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listkit.errors import UnreadableBodyError
from listkit.wire import multipart
from listkit.wire.multipart import FilePart, Span

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\\\0', exclude_categories=["Cc"]), min_size=1)
FILES = st.builds(
    FilePart, filename=NAMES, content=st.binary(max_size=300), content_type=st.sampled_from(["text/csv", "a/b; c=d"])
)


@given(st.dictionaries(NAMES, st.text(st.characters(codec="utf-8")) | FILES, max_size=5))
@example({"file": FilePart(filename="a.csv", content=b"\r\n--\r\n-\r\r\n\n--")})
def test_a_form_survives(fields: dict[str, multipart.Part]) -> None:
    """Every text and every byte of every file is read as it was written, line ends and dashes too."""
    assert multipart.decode(*multipart.encode(list(fields.items()))) == fields


def test_a_browsers_form_is_read() -> None:
    """A form as a browser writes it, quotes in names and unknown headers included, is read."""
    body = (
        b'--X\r\nContent-Disposition: form-data; name="list_name"\r\n\r\nVIP\r\n'
        b'--X\r\ncontent-disposition: form-data; name="file_name"; filename="a;b.csv"\r\nX-More: 1\r\n'
        b"Content-Type: text/csv\r\n\r\nnumber\r\n+12025550123\r\n\r\n--X--\r\n"
    )
    file = FilePart(filename="a;b.csv", content=b"number\r\n+12025550123\r\n", content_type="text/csv")
    assert multipart.decode('multipart/form-data; boundary="X"', body) == {"list_name": "VIP", "file_name": file}


def test_of_two_parts_with_one_name_the_last_counts() -> None:
    """A name that comes twice has its last value."""
    assert multipart.decode(*multipart.encode([("a", "1"), ("a", "2")])) == {"a": "2"}


def test_a_quote_in_a_name_does_not_end_it() -> None:
    """A file name cannot smuggle in another field."""
    [part] = multipart.decode(*multipart.encode([("f", FilePart(filename='x"; name="y\r\nA: b', content=b""))])).items()
    assert part[0] == "f"


def _part(name: bytes = b'; name="a"', headers: bytes = b"", content: bytes = b"") -> bytes:
    return b"--X\r\nContent-Disposition: form-data" + name + b"\r\n" + headers + b"\r\n" + content + b"\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"--Y--\r\n",
        _part(),
        _part() + b"--X",
        _part(name=b"") + b"--X--\r\n",
        _part(content=b"\xff") + b"--X--\r\n",
        _part(name=b'; name="\xff"') + b"--X--\r\n",
        _part(headers=b"no colon\r\n") + b"--X--\r\n",
        _part(headers=b"A: " + b"b" * 5_000 + b"\r\n") + b"--X--\r\n",
        _part(headers=b"A: b\r\n" * 9) + b"--X--\r\n",
        _part() * 33 + b"--X--\r\n",
    ],
)
def test_a_form_that_is_broken_or_too_much_is_refused(body: bytes) -> None:
    """Nothing, half a form, no name, no UTF-8, long or many headers, 33 parts: one error of ours."""
    with pytest.raises(UnreadableBodyError):
        multipart.decode("multipart/form-data; boundary=X", body)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'x' * 300}",
    ],
)
def test_a_form_needs_its_boundary(content_type: str) -> None:
    """Without a boundary that makes sense there is no form."""
    with pytest.raises(UnreadableBodyError):
        multipart.decode(content_type, _part() + b"--X--\r\n")


@given(st.binary(max_size=80))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    """Any bytes are a form or an error of ours."""
    try:
        multipart.decode("multipart/form-data; boundary=X", b"--X\r\n" + body)
    except UnreadableBodyError:
        return


@given(
    fields=st.dictionaries(NAMES, st.text(st.characters(codec="utf-8")) | FILES, max_size=5),
    block=st.integers(1, 100) | st.just(multipart.BLOCK),
)
@example(fields={"file": FilePart(filename="a.csv", content=b"\r\n--\r\n-\r\r\n\n--" * 9)}, block=1)
@example(fields={"file": FilePart(filename="a.csv", content=b"\r\n--a")}, block=7)
def test_a_form_on_disk_is_read_piece_by_piece(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, multipart.Part], block: int
) -> None:
    """A form in a file gives what it gives in memory, wherever the pieces are cut; its files stay where they are."""
    content_type, body = multipart.encode(list(fields.items()))
    path = tmp_path_factory.mktemp("forms") / "form"
    path.write_bytes(body)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(multipart, "BLOCK", block)
        found = multipart.decode(content_type, path)
        assert list(found) == list(multipart.decode(content_type, body))
        for name, part in found.items():
            sent = fields[name]
            if isinstance(part, str) or isinstance(sent, str):
                assert part == sent
                continue
            assert isinstance(part.content, Span)
            assert isinstance(sent.content, bytes)
            assert (part.filename, part.content_type, part.size) == (sent.filename, sent.content_type, sent.size)
            assert b"".join(part.blocks()) == sent.content
            assert part.beginning(5) == sent.beginning(5) == sent.content[:5]


def test_a_large_file_in_a_form_is_never_in_memory(tmp_path: Path) -> None:
    """Reading a form of 20 MB takes the memory of a block or two."""
    path = tmp_path / "form"
    path.write_bytes(
        _part(name=b'; name="f"; filename="f.csv"', content=b"+12025550101,Asha\r\n" * 1_000_000) + b"--X--"
    )
    tracemalloc.start()
    part = multipart.decode("multipart/form-data; boundary=X", path)["f"]
    assert isinstance(part, FilePart)
    assert sum(map(len, part.blocks())) == part.size == 19_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * multipart.BLOCK


def test_a_long_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field without a file name is held in memory, so it is bounded."""
    monkeypatch.setattr(multipart, "LONGEST_TEXT", 10)
    multipart.decode(*multipart.encode([("a", "x" * 10)]))
    with pytest.raises(UnreadableBodyError, match="more than 10 bytes"):
        multipart.decode(*multipart.encode([("a", "x" * 11)]))

"""PDF documents: set by Typst from a template and plain data, and locked with a password when asked."""

import io
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import typst

NO_TIME = 0
"""Documents carry no creation time, so that the same data always give the same bytes."""

ROWS_PER_PART = 300
ROUNDS_KEPT = 10
"""Typst keeps what it computed for this many further documents; long ones would fill the memory."""


class Typesetter:
    """Sets documents from the templates below `root`, with the fonts in a folder, or Typst's own when there is none.

    Keep one per process and thread: it holds the parsed templates and fonts, which makes a page several times faster.
    Data are values to a template, never markup, and a template can read nothing outside `root`.
    """

    def __init__(self, root: Path, fonts: Path) -> None:
        self._root = root
        self._fonts = typst.Fonts(include_system_fonts=False, font_paths=[fonts] if fonts.is_dir() else [])
        self._compilers: dict[str, typst.Compiler] = {}

    def render(self, template: str, data: object, images: Mapping[str, bytes] | None = None) -> bytes:
        """The PDF that `template` (a path below the root) makes of the data; each template tells their shape at its top.

        `images` are PNG, JPEG or SVG files by name. Raises typst.TypstError when data do not fit the template.
        """
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                str(self._root / template), root=str(self._root), font_paths=self._fonts, ignore_system_fonts=True
            )
        inputs = {"data": msgspec.json.encode(data).decode()}
        inputs |= {name: msgspec.json.encode(list(content)).decode() for name, content in (images or {}).items()}
        made = self._compilers[template].compile(format="pdf", sys_inputs=inputs, timestamp=NO_TIME, pdf_tags=False)
        assert isinstance(made, bytes)
        return made

    def render_rows(self, template: str, data: Mapping[str, Any]) -> bytes:
        """Like `render`, for data whose `rows` may be tens of thousands: set in parts and joined, in even memory.

        The template is told `first_page`, and `whole` when there is one part, so that it knows the number of pages.
        Only the first part has a head (`first_page` is 1), only the last has `totals`.
        """
        rows = data["rows"]
        starts = range(0, len(rows), ROWS_PER_PART) or range(1)
        with ExitStack() as opened:
            joined: pikepdf.Pdf | None = None
            for start in starts:
                part = dict(data) | {"rows": rows[start : start + ROWS_PER_PART], "whole": len(starts) == 1}
                part["totals"] = data["totals"] if start == starts[-1] else None
                part["first_page"] = len(joined.pages) + 1 if joined else 1
                piece = opened.enter_context(pikepdf.open(io.BytesIO(self.render(template, part))))
                if joined:
                    joined.pages.extend(piece.pages)
                joined = joined or piece
                self._forget()
            assert joined
            return _saved(joined, deterministic_id=True)

    def _forget(self) -> None:
        blank = typst.Compiler(font_paths=self._fonts, ignore_system_fonts=True)
        for _ in range(ROUNDS_KEPT + 1):
            blank.compile(input=b" ", format="pdf")


def protect(pdf: bytes, password: str) -> bytes:
    """The document, readable with the password alone (AES-256)."""
    if not password:
        raise ValueError("a document cannot be protected with an empty password")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return _saved(document, encryption=pikepdf.Encryption(user=password, owner=password, R=6))


def _saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    document.save(target, **options)
    return target.getvalue()

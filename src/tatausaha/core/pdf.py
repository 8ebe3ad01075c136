"""PDF documents: set by Typst from a template and plain data, and locked with a password when asked."""

import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pikepdf
import typst

NO_TIME = 0
"""Documents carry no creation time, so that the same data always give the same bytes."""


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


def protect(pdf: bytes, password: str) -> bytes:
    """The document, readable with the password alone (AES-256)."""
    if not password:
        raise ValueError("a document cannot be protected with an empty password")
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(target, encryption=pikepdf.Encryption(user=password, owner=password, R=6))
    return target.getvalue()

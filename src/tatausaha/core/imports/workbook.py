"""XLSX, read by a short-lived process of its own.

A hostile workbook can make any reader take all memory and abort, which no exception handler survives. So the file is
opened in a child with a memory and time limit and without our secrets; when the child dies, only the import is refused.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

import msgspec

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import Cell

UNREADABLE = text(
    "The workbook cannot be read: it is damaged, or its sheet spreads over too large an area."
    " Copy the rows into a new workbook and upload that."
)


class Part(msgspec.Struct):
    """One line from the child: some rows, or the reason why there are none, or the end."""

    rows: list[list[Cell]] = []
    refusal: Text | None = None
    end: bool = False


def read_workbook(content: IO[bytes]) -> Iterator[list[Cell]]:
    """Rows of the first visible sheet that holds anything, blank ones included. Raises `Invalid`."""
    decoder = msgspec.json.Decoder(Part)
    with tempfile.TemporaryFile() as file:
        content.seek(0)
        shutil.copyfileobj(content, file)
        file.seek(0)
        with _child(file.fileno()) as child:
            try:
                yield from _rows(decoder.decode(line) for line in child.stdout or ())
            finally:
                child.kill()


def _rows(parts: Iterator[Part]) -> Iterator[list[Cell]]:
    for part in parts:
        if part.refusal:
            raise Invalid(part.refusal)
        if part.end:
            return
        yield from part.rows
    raise Invalid(UNREADABLE)


def _child(stdin: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tatausaha.core.imports.workbook_child"],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

"""The one gate for files that people send: what they are by their content, how large, and whether they are malware.

What comes through is bytes and a name to show. Nothing is stored before, and the name never becomes a place.
"""

import os
from collections.abc import Callable
from typing import IO, Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from tatausaha.core import audit, images
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.images import clean_picture
from tatausaha.core.imports.table import refuse_other_kinds
from tatausaha.core.process import tools
from tatausaha.core.scanner import find_malware
from tatausaha.core.web.viewer import Viewer

MEGABYTE = 1024 * 1024
LONGEST_NAME = 200
HEAD = 64
ATTENTION = text("Some fields need your attention.")


class Accepted(msgspec.Struct, frozen=True):
    """What one field takes: how large, and of which kind; `check` raises `Invalid` for what begins otherwise."""

    most_bytes: int
    too_large: Text
    check: Callable[[bytes], None]


class Taken(msgspec.Struct, frozen=True):
    """A file that came through, open until the request ends: its name is for showing alone."""

    name: str
    file: IO[bytes]

    @property
    def content(self) -> bytes:
        """All of it; not for files that may be large."""
        self.file.seek(0)
        return self.file.read()


def spreadsheet(megabytes: int) -> Accepted:
    """A CSV or XLSX file of at most so many megabytes."""
    too_large = text("The file is larger than {size} MB. Split it into several files.", size=megabytes)
    return Accepted(megabytes * MEGABYTE, too_large, refuse_other_kinds)


SPREADSHEET = spreadsheet(25)

PICTURE = Accepted(images.MAX_BYTES, images.NO_PICTURE, images.refuse_other_kinds)


async def take_file(
    request: Request[Any, Any, Any], field: str, accepted: Accepted, client_id: UUID | None = None
) -> Taken | None:
    """The file of a form's field, or None when none was chosen. Opens a scope; needs none.

    Raises `Invalid` at the field for one that is empty, too large, of another kind, or malware, which is written into
    the access log; `ScannerAway` when a scanner is set and gives no verdict.
    """
    file = (await request.form()).get(field)
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content: IO[bytes] = file.file
    size = content.seek(0, os.SEEK_END)
    if size > accepted.most_bytes:
        raise Invalid(ATTENTION, {field: accepted.too_large})
    if not size:
        raise Invalid(ATTENTION, {field: text("Choose a file that is not empty.")})
    content.seek(0)
    try:
        accepted.check(content.read(HEAD))
    except Invalid as error:
        raise Invalid(ATTENTION, {field: error.message}) from error
    await _refuse_malware(request.user, field, content, client_id)
    return Taken("".join(letter for letter in file.filename if letter.isprintable())[-LONGEST_NAME:], content)


async def take_picture(request: Request[Any, Any, Any], field: str, client_id: UUID | None = None) -> bytes | None:
    """The picture of a form's field, drawn anew, or None when none was chosen. Raises as `take_file`."""
    taken = await take_file(request, field, PICTURE, client_id)
    try:
        return await clean_picture(taken.content) if taken else None
    except Invalid as error:
        raise Invalid(ATTENTION, {field: error.message}) from error


async def _refuse_malware(viewer: Viewer, field: str, content: IO[bytes], client_id: UUID | None) -> None:
    url = tools().settings.clamav_url
    found = await find_malware(url, content) if url else None
    if found is None:
        return
    async with viewer.scope():
        await audit.record("refused_malware", "upload", None, client_id, found=found[:100], size=content.tell())
    sentence = text(
        "This file holds malware ({name}) and was not taken in. Check the computer it comes from.", name=found[:100]
    )
    raise Invalid(ATTENTION, {field: sentence})

"""What a browser sends, read within bounds: so many fields, in UTF-8 and nothing else.

The framework's own reading keeps the last thousand bodies in memory, takes any number of fields, and decodes a part by
whatever charset it names, some of which need minutes for a megabyte.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.types import Empty
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

MOST_FIELDS = 2_000
UNREADABLE = text("The form could not be read. Go back, reload the page and send it again.")

Field = str | UploadFile


class BoundedRequest(Request[Any, Any, Any]):
    """A request whose form is read by the functions here."""

    async def form(self) -> FormMultiDict:
        """The fields and files of the form; `Invalid` for one that cannot be read. Other bodies count as empty."""
        if self._connection_state.form is Empty:
            fields: dict[str, Any] = {}
            # The framework closes the files that it finds here, also when reading breaks off.
            self._connection_state.form = fields
            try:
                async for name, value in _read(self):
                    fields.setdefault(name, []).append(value)
            except (MultipartError, ValueError) as error:
                raise Invalid(UNREADABLE) from error
        return await super().form()


async def _read(request: BoundedRequest) -> AsyncIterator[tuple[str, Field]]:
    kind, options = request.content_type
    if kind == RequestEncodingType.URL_ENCODED:
        body = (await request.body()).decode()
        for pair in parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"):
            yield pair
    elif kind == RequestEncodingType.MULTI_PART:
        with PushMultipartParser(options.get("boundary", ""), max_segment_count=MOST_FIELDS) as parser:
            async for part in _parts(request.stream(), parser):
                yield part


async def _parts(chunks: AsyncIterator[bytes], parser: PushMultipartParser) -> AsyncIterator[tuple[str, Field]]:
    """Text when it is whole; a file as soon as its head was read, so that whoever gave it a place can close it."""
    name = ""
    value: UploadFile | bytearray = bytearray()
    async for chunk in chunks:
        for event in parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                name, value = event.name, _empty(event)
                if isinstance(value, UploadFile):
                    yield name, value
            elif event is None:
                if isinstance(value, UploadFile):
                    await value.seek(0)
                else:
                    yield name, value.decode()
            elif isinstance(value, UploadFile):
                await value.write(event)
            else:
                value += event


def _empty(part: MultipartSegment) -> UploadFile | bytearray:
    return UploadFile(part.content_type or "", part.filename) if part.filename else bytearray()

"""What a browser sends, read within bounds: so many fields, in UTF-8 and nothing else.

The framework's own reading keeps the last thousand bodies in memory, takes any number of fields, and decodes a part by
whatever charset it names, some of which need minutes for a megabyte.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.types import Empty
from litestar.typing import FieldDefinition
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from tatausaha.core.characters import CONTROLS
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text

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

    async def json(self) -> Any:
        """The body as the struct that the operation names: its types, no other fields; `Invalid` for anything else."""
        if self.content_type[0] != RequestEncodingType.JSON:
            raise Invalid(text("Send the body as application/json."))
        wanted: FieldDefinition | None = self.route_handler.parsed_data_field
        try:
            sent = msgspec.json.decode(await self.body(), type=wanted.annotation if wanted else Any)
        except msgspec.DecodeError as error:
            raise _unfit(str(error)) from None
        if not all(map(_storable, _strings(msgspec.to_builtins(sent)))):
            raise Invalid(text("The body holds characters that cannot be stored."))
        return sent


def _unfit(told: str) -> Invalid:
    """The decoder's words, as far as they repeat nothing of what was sent."""
    reason, _, place = told.partition(" - at `")
    field = place.rstrip("`").removeprefix("$.") if place.startswith("$.") else ""
    if reason.startswith("Object contains unknown field"):
        return Invalid(text("The body holds a field that this operation does not know."))
    if not reason.startswith(("Expected", "Object missing")):
        reason = "Invalid value" if field else "The JSON is malformed"
    sentence = text("The body cannot be accepted: {reason}.", reason=reason)
    return Invalid(sentence, {field: Text("{reason}", {"reason": reason})} if field else {})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _storable(written: str) -> bool:
    return not CONTROLS.search(written)


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

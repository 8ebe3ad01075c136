"""Everything of one person in one file: as data, to read, with the payslips and with the trail of who looked.

The tables come from the registry (`rules/places.py`), so that nothing that is kept can be forgotten here.
"""

import asyncio
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import crypto, db
from tatausaha.core.claims import Claim
from tatausaha.core.dates import format_moment
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.process import tools
from tatausaha.privacy.queries import desk
from tatausaha.privacy.queries.desk import Request
from tatausaha.privacy.rules.kinds import KINDS
from tatausaha.privacy.rules.places import PERSON, Place
from tatausaha.privacy.service.record import TABLES, TEMPLATE
from tatausaha.reports.typesetting import typeset

KEPT = timedelta(days=14)
MOST_ON_PAPER = 200
"""Rows of one table that the PDF shows, the latest; the data hold them all."""
Rows = dict[str, list[dict[str, Any]]]


class PersonFile(msgspec.Struct, frozen=True):
    """A kept document about the person."""

    key: str
    name: str


async def make(request_id: UUID, claim: Claim) -> None:
    """Gather, write the ZIP, keep it for two weeks; a copy made before is forgotten."""
    async with claim.scope():
        request = await desk.get_request(request_id)
        tables = await gather(request.subject_id, claim)
        files = await list_files(request.subject_id)
    key = f"{claim.row.tenant_id}/{request.client_id}/privacy_copy/{request.id}"
    content = await _pack(request, tables, files)
    await tools().storage.put(key, content)
    async with claim.finishing():
        await db.execute(
            "update privacy_request set copy_key = $2, copy_size = $3, copy_sha256 = $4, copy_until = $5 where id = $1",
            *(request.id, key, len(content), hashlib.sha256(content).digest(), datetime.now(UTC) + KEPT),
        )


async def gather(employee_id: UUID, claim: Claim | None = None) -> Rows:
    """All rows about the person by table, encrypted fields opened. Needs the scope."""
    keys = await crypto.keyring()
    found: Rows = {}
    for number, place in enumerate(PERSON, start=1):
        records = await db.records(
            f"select {', '.join([*place.readable, 'created_at'])} from {place.table}"  # noqa: S608 - the registry's words
            f" where {place.person} = $1 order by id",
            employee_id,
        )
        found[place.table] = [_opened(dict(record), place, keys) for record in records]
        if claim is not None:
            claim.progress(number, len(PERSON))
    return found


def _opened(row: dict[str, Any], place: Place, keys: crypto.Keyring) -> dict[str, Any]:
    for column, purpose in place.sealed.items():
        if row[column] is not None:
            row[column] = keys.open(purpose, row[column])
    return row


async def list_files(employee_id: UUID) -> list[PersonFile]:
    """The payslips of the person that are kept as documents."""
    return await db.rows(
        PersonFile,
        "select d.key, d.name from slip s join document d on d.tenant_id = s.tenant_id and d.subject_id = s.id"
        " and d.kind = 'payslip' where s.employee_id = $1 order by s.period, s.id",
        employee_id,
    )


async def _pack(request: Request, tables: Rows, files: list[PersonFile]) -> bytes:
    paper = await typeset(tools().typesetter.render, TEMPLATE, sheet(request, tables))
    entries = {"data.json": msgspec.json.format(msgspec.json.encode(tables)), "data.pdf": paper}
    for number, one in enumerate(files, start=1):
        entries[f"payslips/{number:03} {one.name}"] = await tools().storage.get(one.key)
    return await asyncio.to_thread(_zip, entries)


def _zip(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet(request: Request, tables: Rows) -> dict[str, Any]:
    """The data that `privacy/sheet.typ` sets: one table for each place, in the kinds' own words."""
    language = current_language()
    moment = format_moment(datetime.now(UTC), request.time_zone, language)
    return {
        "language": language,
        "title": render(text("Everything that is kept about you")),
        "client": f"{request.subject_name} · {request.client_name}",
        "subtitle": render(text("As of {moment}", moment=moment)),
        "landscape": False,
        "facts": [],
        "tables": [_table(place, tables[place.table]) for place in PERSON if tables[place.table]],
        "notes": [
            render(text("The same as data stands in data.json, the payslips in the folder beside it.")),
            render(text("You may ask for correction, restriction or erasure (UU 27/2022 Pasal 5–13).")),
        ],
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
    }


def _table(place: Place, rows: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = ", ".join(render(KINDS[word].label) for word in place.kinds)
    shown = rows[-MOST_ON_PAPER:]
    lines = [
        [str(index) if column == next(iter(row)) else "", column.replace("_", " "), _said(value)]
        for index, row in enumerate(shown, start=1)
        for column, value in row.items()
        if value not in (None, "", {}, [])
    ]
    return {
        "title": f"{render(TABLES[place.table]).capitalize()} ({kinds})",
        "columns": [render(text("No.")), render(text("What")), render(text("Value"))],
        "widths": [1, 4, 10],
        "rows": lines,
    }


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)


class OldCopy(msgspec.Struct, frozen=True):
    """A copy whose two weeks are over."""

    id: UUID
    copy_key: str


async def list_old() -> list[OldCopy]:
    """Copies that nobody may fetch any more."""
    return await db.rows(
        OldCopy, "select id, copy_key from privacy_request where copy_key is not null and copy_until < now()"
    )


async def forget(old: list[OldCopy]) -> None:
    """Their rows name no file any more."""
    await db.execute("update privacy_request set copy_key = null where id = any($1)", [one.id for one in old])

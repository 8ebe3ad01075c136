"""Everything of one person in one file: as data, to read, with the payslips and with the trail of who looked.

The tables come from the registry (`rules/places.py`), so that nothing that is kept can be forgotten here.
"""

import asyncio
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import crypto, db
from tatausaha.core.claims import Claim
from tatausaha.core.dates import format_day, format_moment
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.process import tools
from tatausaha.core.typesetting import typeset
from tatausaha.privacy.queries import desk
from tatausaha.privacy.queries.desk import Request
from tatausaha.privacy.rules.columns import DATA_ONLY, NAMES, TRAIL
from tatausaha.privacy.rules.places import EMPLOYEE, PERSON, Place
from tatausaha.privacy.service.record import TABLES, TEMPLATE

KEPT = timedelta(days=14)
MOST_ON_PAPER = 200
"""Rows of one table that the PDF shows, the latest; the data hold them all."""
MONEY = frozenset(
    {
        *(
            "amount",
            "gross",
            "deductible",
            "net",
            "withheld",
            "bpjs_wage",
            "cash_gross",
            "taxable_gross",
            "employee_bpjs",
        ),
        *("employer_bpjs", "irregular", "pph21", "pph21_borne", "net_pay", "employer_cost"),
    }
)
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
    """The data that `privacy/sheet.typ` sets: one table for each place, the person's own record first."""
    write = Writer(request.time_zone)
    places = sorted(PERSON, key=lambda place: place is not EMPLOYEE)
    return {
        "language": write.language,
        "title": render(text("Everything that is kept about you")),
        "client": f"{request.subject_name} · {request.client_name}",
        "subtitle": render(text("As of {moment}", moment=write.said("", datetime.now(UTC)))),
        "landscape": False,
        "facts": [],
        "tables": [_table(place, tables[place.table], write) for place in places if tables[place.table]],
        "notes": [
            render(text("The same as data, whole, stands in data.json; the payslips lie in the folder beside it.")),
            render(text("You may ask for correction, restriction or erasure (UU 27/2022 Pasal 5–13).")),
        ],
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
    }


class Writer:
    """Writes values for reading, in the client's zone and the current language."""

    def __init__(self, zone: str) -> None:
        self.zone, self.language = zone, current_language()

    def said(self, column: str, value: Any) -> str:
        """A value as words."""
        if isinstance(value, bool):
            return render(text("Yes")) if value else render(text("No"))
        if isinstance(value, datetime):
            return format_moment(value, self.zone, self.language)
        if isinstance(value, date):
            return format_day(value, self.language)
        if column in MONEY:
            return format_rupiah(value, self.language)
        return str(value)


def _table(place: Place, rows: list[dict[str, Any]], write: Writer) -> dict[str, Any]:
    shown = rows[-MOST_ON_PAPER:]
    title = render(TABLES[place.table]).capitalize()
    if place.table == "audit_event":
        lines = [[write.said(column, row[column]) for column in TRAIL] for row in shown]
        return {"title": title, "columns": [_name(one) for one in TRAIL], "widths": [3, 3, 2, 2, 2], "rows": lines}
    numbered = [
        [str(index) if first else "", _name(column), write.said(column, value)]
        for index, row in enumerate(shown, start=1)
        for first, (column, value) in _with_first(row)
    ]
    headings = [render(text("No.")), render(text("What")), render(text("Value"))]
    return {"title": title, "columns": headings, "widths": [1, 6, 10], "rows": numbered}


def _with_first(row: dict[str, Any]) -> list[tuple[bool, tuple[str, Any]]]:
    """The columns that are filled and can be read on paper; the first of them is marked."""
    filled = [(key, value) for key, value in row.items() if value not in (None, "") and key not in DATA_ONLY]
    return [
        (index == 0, (key, value)) for index, (key, value) in enumerate(filled) if not isinstance(value, dict | list)
    ]


def _name(column: str) -> str:
    return render(NAMES[column])


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

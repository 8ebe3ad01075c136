"""Destroying what two people agreed to destroy: files first, then rows, in pieces that a killed worker's successor goes on with.

Every piece is counted in its own transaction. The database lets these rows go because the `destruction` names them; what
remains of the person is that row without a name, the counts, and the certificate.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, crypto, db
from tatausaha.core.claims import Claim
from tatausaha.core.dates import Period, format_day, format_moment
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.process import tools
from tatausaha.core.typesetting import typeset
from tatausaha.documents import service as documents
from tatausaha.documents.filenames import file_name
from tatausaha.privacy.queries import retention
from tatausaha.privacy.queries.retention import Destruction
from tatausaha.privacy.rules.places import PERSON
from tatausaha.privacy.service.record import TABLES, TEMPLATE

PIECE = 500
CERTIFICATE = "destruction_certificate"
SPREADSHEETS = text("spreadsheets")
DOCUMENTS = text("documents")
LABELS = TABLES | {"document": DOCUMENTS, "import_file": SPREADSHEETS, "pay_step": text("steps of corrections")}
GONE = text("The file was destroyed together with the data of a person who is in it.")

_HELD = (
    "not exists (select from legal_hold h where h.tenant_id = {t}.tenant_id and h.client_id = {t}.client_id"
    " and h.released_at is null and (h.subject_id is null or h.subject_id = {t}.employee_id))"
)
_OF_PERSON = "select id from slip where employee_id = $1 union all select run_id from slip where employee_id = $1"
_OF_MONTHS = (
    "select id from slip where client_id = $1 and period <= $2"
    " union all select id from pay_run where client_id = $1 and period <= $2"
)
# Files in which many people stand go with the first of them, unless a hold stands on any.
_OF_MANY = (
    "t.client_id = $1 and not exists (select from legal_hold h where h.tenant_id = t.tenant_id and h.client_id = $1"
    " and h.released_at is null)"
)


class File(msgspec.Struct, frozen=True):
    """Something in the storage, and the row that names it."""

    id: UUID
    key: str


async def destroy(destruction_id: UUID, claim: Claim) -> None:
    """Erase, look that nothing is left, write the certificate. Conflict when something is left."""
    async with claim.scope():
        found = await retention.get_destruction(destruction_id)
    if found.state != "approved":
        async with claim.finishing():
            return
    eraser = Eraser(found, claim)
    if found.scope == "person":
        await _destroy_person(eraser, found)
    else:
        await _destroy_payroll(eraser, found)
    await _certify(found.id, claim)


class Eraser:
    """Erases in pieces, and counts what each piece took."""

    def __init__(self, found: Destruction, claim: Claim) -> None:
        self.found, self.claim, self.taken = found, claim, 0

    async def rows(self, table: str, condition: str, *arguments: Any, piece: int = PIECE) -> None:
        """Delete the rows of a table that meet the condition (over `t`)."""
        statement = (
            f"delete from {table} where id in (select t.id from {table} t where {condition}"  # noqa: S608 - our own words
            f" order by t.id limit {piece})"
        )
        while True:
            async with self.claim.scope():
                gone = await db.execute(statement, *arguments)
                await self.count(table, gone)
            if gone < piece:
                return

    async def files(
        self, table: str, condition: str, *arguments: Any, forget: Callable[[list[UUID]], Awaitable[int]]
    ) -> None:
        """Delete the files of rows that meet the condition, then let `forget` do away with the rows."""
        while True:
            async with self.claim.scope():
                found = await db.rows(
                    File,
                    f"select t.id, t.key from {table} t where {condition} order by t.id limit {PIECE}",  # noqa: S608
                    *arguments,
                )
            for one in found:
                await tools().storage.delete(one.key)
            async with self.claim.scope():
                await self.count(table, await forget([one.id for one in found]))
            if len(found) < PIECE:
                return

    async def count(self, what: str, gone: int) -> None:
        """Add to the tombstone, in the transaction of the erasing."""
        if gone:
            await db.execute(
                "update destruction set counts = counts || jsonb_build_object($2::text,"
                " coalesce((counts ->> $2)::bigint, 0) + $3::bigint) where id = $1",
                *(self.found.id, what, gone),
            )
        self.taken += gone
        self.claim.progress(self.taken)


async def _forget_documents(ids: list[UUID]) -> int:
    return await db.execute("delete from document where id = any($1)", ids)


async def _forget_imports(ids: list[UUID]) -> int:
    return await db.execute(
        "update import_file set state = 'failed', name = '–', key = '', preview = '{}', mapping = '{}', problem = $2"
        " where id = any($1)",
        *(ids, msgspec.to_builtins(GONE)),
    )


async def _destroy_person(eraser: Eraser, found: Destruction) -> None:
    """Everything of one person; of files that many people stand in, the whole file."""
    person, client = found.subject_id, found.client_id
    await eraser.files("document", f"t.subject_id in ({_OF_PERSON})", person, forget=_forget_documents)
    await eraser.files("document", f"{_OF_MANY} and t.kind = 'people_export'", client, forget=_forget_documents)
    resting = f"{_OF_MANY} and t.key <> '' and t.state not in ('checking', 'importing')"
    await eraser.files("import_file", resting, client, forget=_forget_imports)
    await _forget_copies(eraser, person)
    for place in PERSON:
        if place.table == "pay_run":
            await eraser.rows("pay_step", "t.run_id in (select id from pay_run where employee_id = $1)", person)
        if place.erase == "delete":
            await eraser.rows(place.table, f"t.{place.person} = $1", person)
    async with eraser.claim.scope():
        await _forget_name(found)


async def _destroy_payroll(eraser: Eraser, found: Destruction) -> None:
    """A client's payslips, entries and papers up to a month, but for people on whom a hold stands."""
    span = (found.client_id, found.until)
    kept = "not exists (select from slip s where s.tenant_id = t.tenant_id and s.id = t.subject_id and not {})"
    not_held = kept.format(_HELD.format(t="s"))
    await eraser.files("document", f"t.subject_id in ({_OF_MONTHS}) and {not_held}", *span, forget=_forget_documents)
    runs = "t.run_id in (select id from pay_run where client_id = $1 and period <= $2)"
    for table in ("pay_input", "pay_problem", "slip"):
        await eraser.rows(table, f"{runs} and {_HELD.format(t='t')}", *span)


async def _forget_copies(eraser: Eraser, person: UUID | None) -> None:
    async with eraser.claim.scope():
        copies = await db.records(
            "select copy_key from privacy_request where subject_id = $1 and copy_key is not null", person
        )
    for copy in copies:
        await tools().storage.delete(copy["copy_key"])


async def _forget_name(found: Destruction) -> None:
    """What stays as proof (requests, holds, change requests, ended jobs) names the person no more."""
    person, name = found.subject_id, found.subject_name
    nothing = (await crypto.keyring()).seal("change", "{}")
    await db.execute(
        "update privacy_request set subject_name = '', wish = '', answer = '', copy_key = null where subject_id = $1",
        person,
    )
    await db.execute("update legal_hold set subject_name = '' where subject_id = $1", person)
    await db.execute("update destruction set subject_name = '', reason = '' where subject_id = $1", person)
    await db.execute(
        "update change_request set subject = '', reason = '', comment = '', before = $2, after = $2"
        " where subject_id = $1 or ($1 = any(subject_ids) and state <> 'pending')",
        *(person, nothing),
    )
    if name:
        await db.execute(
            "update job set payload = '{}', error = null, title = jsonb_build_object('msgid', kind, 'params', '{}'::jsonb)"
            " where client_id = $1 and state in ('done', 'partly', 'failed', 'cancelled')"
            " and position($2 in payload::text || title::text || coalesce(error::text, '')) > 0",
            *(found.client_id, name),
        )


async def count_left(found: Destruction) -> int:
    """Rows that should be gone and are not. Needs the scope."""
    if found.scope == "person":
        parts = [f"(select count(*) from {p.table} where {p.person} = $1)" for p in PERSON if p.erase == "delete"]  # noqa: S608
        parts.append("(select count(*) from document where subject_id = $1)")
        left: int = await db.value(f"select {' + '.join(parts)}", found.subject_id)
        return left
    held = _HELD.format(t="s")
    return int(
        await db.value(
            f"select count(*) from slip s where client_id = $1 and period <= $2 and {held}",  # noqa: S608
            *(found.client_id, found.until),
        )
    )


async def _certify(destruction_id: UUID, claim: Claim) -> None:
    now = datetime.now(UTC)
    async with claim.scope():
        found = await retention.get_destruction(destruction_id)
        if left := await count_left(found):
            raise Conflict(text("{count} records could not be destroyed; nothing is certified.", count=left))
    statement = proof(found, now)
    digest = hashlib.sha256(msgspec.json.encode(statement, order="sorted")).digest()
    paper = await typeset(tools().typesetter.render, TEMPLATE, certificate(found, now, digest))
    name = file_name(render(text("Certificate of destruction")), found.client_name, f"{now:%Y-%m-%d}", suffix="pdf")
    kept = await documents.put(claim.row.tenant_id, found.client_id, CERTIFICATE, found.id, name, documents.PDF, paper)
    async with claim.finishing():
        await documents.record([kept], shared=True)
        await db.execute(
            "update destruction set state = 'done', done_at = $2, certificate_sha256 = $3 where id = $1",
            *(found.id, now, digest),
        )
        await audit.record("destroyed", "destruction", found.id, found.client_id, **found.counts)


def proof(found: Destruction, now: datetime) -> dict[str, Any]:
    """What the certificate's hash is taken over, in an order that does not matter."""
    return {
        "destruction": str(found.id),
        "client": str(found.client_id),
        "scope": found.scope,
        "until": found.until and found.until.isoformat(),
        "counts": found.counts,
        "asked_by": found.asked_by,
        "agreed_by": found.agreed_by,
        "agreed_at": found.agreed_at and found.agreed_at.isoformat(),
        "done_at": now.isoformat(),
    }


def certificate(found: Destruction, now: datetime, digest: bytes) -> dict[str, Any]:
    """The data that `privacy/sheet.typ` sets. It names nobody whose data are destroyed."""
    language, zone = current_language(), found.time_zone
    what = text("Everything of one former employee") if found.until is None else text("Payroll up to a month")
    facts = [
        (text("What"), render(what)),
        (text("Reference"), str(found.id)),
        (text("Up to"), format_day(Period.of(found.until).last, language) if found.until else "–"),
        (text("Reason"), found.reason if found.until else "–"),
        (text("Asked by"), f"{found.asked_by}, {format_moment(found.created_at, zone, language)}"),
        (text("Agreed by"), f"{found.agreed_by}, {format_moment(found.agreed_at or now, zone, language)}"),
        (text("Destroyed"), format_moment(now, zone, language)),
        (text("Records left"), "0"),
        (text("SHA-256 of this statement"), digest.hex()),
    ]
    rows = [[render(LABELS[word]), str(count)] for word, count in sorted(found.counts.items())]
    return {
        "language": language,
        "title": render(text("Certificate of destruction")),
        "client": found.client_name,
        "subtitle": render(text("UU 27/2022 Pasal 42–45")),
        "landscape": False,
        "facts": [[render(label), value] for label, value in facts],
        "tables": [
            {
                "title": render(text("What was destroyed")),
                "columns": [render(text("Kind")), render(text("How many"))],
                "widths": [4, 1],
                "rows": rows,
            }
        ],
        "notes": [
            render(
                text("Copies in backups lapse with the backups' own age; until then they are not restored one by one.")
            )
        ],
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
    }

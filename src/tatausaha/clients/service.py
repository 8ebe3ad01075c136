"""What managers do with client companies."""

import re
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.clients.queries import ClientView
from tatausaha.clients.regions import REGIONS
from tatausaha.clients.tables import Client
from tatausaha.core import audit, db, entitlements
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.forms import Lines

ATTENTION = text("Some fields need your attention.")
CODE = re.compile(r"[A-Z0-9]{2,10}")
NPWP = re.compile(r"[0-9]{16}")
VERSION = re.compile(r"[0-9]{1,9}")


class ClientForm(msgspec.Struct, frozen=True):
    """A client company as typed."""

    name: str
    code: str
    time_zone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    payslip_language: Literal["id", "en"]
    payslip_password: Literal["none", "birth_nik"]
    difference_percent: int
    legal_name: str = ""
    npwp: str | None = None
    address: Lines = ""
    wage_region: str = ""
    version: str = ""


async def create(form: ClientForm) -> UUID:
    """A new client company, if the subscription holds one more. Needs the provider's scope."""
    facts = await _facts(form, None)
    await entitlements.begin("client")
    client = Client(id=uuid7(), **facts)
    await client.save()
    await audit.record("created", "client", client.id, client.id)
    return client.id


async def change(client: ClientView, form: ClientForm) -> None:
    """Keep what was typed, unless somebody else saved meanwhile: then `Invalid` names what is stored now."""
    facts = await _facts(form, client)
    changed = {name: value for name, value in facts.items() if value != getattr(client, name)}
    saved = await db.execute(
        "update client set name = $3, legal_name = $4, code = $5, npwp = $6, address = $7, time_zone = $8,"
        " wage_region = $9, payslip_language = $10, payslip_password = $11, difference_percent = $12,"
        " version = version + 1 where id = $1 and version = $2",
        *(client.id, int(form.version) if VERSION.fullmatch(form.version) else 0),
        *(facts[name] for name in ("name", "legal_name", "code", "npwp", "address", "time_zone", "wage_region")),
        *(facts[name] for name in ("payslip_language", "payslip_password", "difference_percent")),
    )
    if not saved:
        raise Invalid(
            text("Somebody else saved this client meanwhile. Compare, then save again to keep what you typed."),
            {name: text("Stored now: {value}", value=str(getattr(client, name) or "–")) for name in changed},
        )
    await audit.record("changed", "client", client.id, client.id, fields=sorted(changed))


async def _facts(form: ClientForm, stored: ClientView | None) -> dict[str, Any]:
    """The columns as they shall be, or `Invalid` with a sentence at each field that cannot be."""
    facts = msgspec.structs.asdict(form)
    del facts["version"]
    facts["code"] = form.code.upper()
    facts["npwp"] = re.sub(r"[ .-]", "", form.npwp) if form.npwp else None
    problems = _problems(facts)
    taken = await db.value("select id from client where code = $1", facts["code"])
    if taken and taken != (stored.id if stored else None):
        problems["code"] = text("Another client has this code already.")
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts


def _problems(facts: dict[str, Any]) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if len(facts["name"]) > 200:
        problems["name"] = text("Use at most 200 characters.")
    if not CODE.fullmatch(facts["code"]):
        problems["code"] = text("Use 2 to 10 letters and digits, for example MAJU.")
    if facts["npwp"] and not NPWP.fullmatch(facts["npwp"]):
        problems["npwp"] = text("An NPWP has 16 digits.")
    if facts["wage_region"] not in ("", *REGIONS):
        problems["wage_region"] = text("Choose one of the given values.")
    if not 1 <= facts["difference_percent"] <= 100:
        problems["difference_percent"] = text("Write a whole number from 1 to 100.")
    return problems


async def set_brand(client_id: UUID, colour: str | None, logo_key: str | None) -> None:
    """The colour and the logo, a storage key, of the client's pages and documents."""
    await db.execute("update client set brand_colour = $2, logo_key = $3 where id = $1", client_id, colour, logo_key)
    await audit.record("branded", "client", client_id, client_id)


async def archive(client_id: UUID) -> None:
    """Take a client that is served no longer out of lists and choices; nothing is deleted."""
    await db.execute("update client set archived_at = now() where id = $1 and archived_at is null", client_id)
    await entitlements.recount()
    await audit.record("archived", "client", client_id, client_id)


async def restore(client_id: UUID) -> None:
    """Serve an archived client again, if the subscription holds it and its employees. Needs the provider's scope."""
    if not await db.value("select archived_at from client where id = $1 for update", client_id):
        return
    await entitlements.begin("client")
    await db.execute("update client set archived_at = null where id = $1", client_id)
    await entitlements.recount()
    await entitlements.ask("employee", 0)
    await audit.record("restored", "client", client_id, client_id)

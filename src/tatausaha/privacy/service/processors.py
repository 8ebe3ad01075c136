"""Sub-processors: named by the office, known from the settings, agreed to by each client (UU 27/2022 Pasal 51)."""

from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.people.rules import today
from tatausaha.privacy.forms import ConsentForm, ProcessorForm
from tatausaha.privacy.queries.processors import Consent, SubProcessor
from tatausaha.privacy.rules.kinds import KINDS
from tatausaha.privacy.service.desk import ATTENTION, LANGUAGE

OWN = ("localhost", "127.0.0.1", "::1", "")


class Found(msgspec.Struct, frozen=True):
    """A host that the settings hand data to, and that nobody has named yet."""

    host: str
    service: Text
    kinds: tuple[str, ...]


def in_settings(known: list[SubProcessor]) -> list[Found]:
    """Hosts of mail and storage in use that are not in the list of those named."""
    settings = tools().settings
    smtp = urlsplit(settings.smtp_url or "").hostname or ""
    storage = urlsplit(settings.storage_url)
    found = [Found(smtp, text("Mail"), ("contact",))]
    if storage.scheme == "s3":
        endpoint = next((part[9:] for part in storage.query.split("&") if part.startswith("endpoint=")), "")
        host = urlsplit(endpoint).hostname or "s3.amazonaws.com"
        found.append(Found(host, text("File storage"), ("document",)))
    named = {one.host for one in known if one.ended_on is None}
    return [one for one in found if one.host not in named and one.host not in OWN]


async def add(form: ProcessorForm) -> UUID:
    """Name a sub-processor, and ask every served client for its consent."""
    kinds = [word for word in form.kinds.split(",") if word in KINDS]
    if not kinds:
        raise Invalid(ATTENTION, {"kinds": text("Choose at least one kind of data.")})
    processor_id: UUID | None = await db.value(
        "insert into sub_processor (id, name, service, country, host, kinds, since) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (tenant_id, name, service) do nothing returning id",
        *(uuid7(), form.name[:200], form.service[:200], form.country[:100], form.host[:200].lower(), kinds, form.since),
    )
    if processor_id is None:
        raise Invalid(ATTENTION, {"name": text("This sub-processor is in the list already.")})
    await audit.record("added", "sub_processor", processor_id)
    await ask_all(processor_id, form.name)
    return processor_id


async def ask_all(processor_id: UUID, name: str) -> int:
    """Ask the clients that were not asked yet; gives how many. Their approvers get a letter."""
    asked = await db.records(
        "insert into processor_consent (id, client_id, processor_id) select uuidv7(), id, $1 from client"
        " where archived_at is null on conflict (tenant_id, processor_id, client_id) do nothing returning id, client_id",
        processor_id,
    )
    approvers = await db.records(
        "select client_id, email from member where role = 'approver' and ended_at is null and client_id = any($1)",
        [row["client_id"] for row in asked],
    )
    for person in approvers:
        await letters.write(
            "processor_asked",
            person["email"],
            once_key=f"processor {processor_id} {person['client_id']} {person['email']}",
            language=LANGUAGE,
            client_id=person["client_id"],
            name=name,
            link=f"{tools().settings.base_url}/portal/privacy",
        )
    await audit.record("asked", "sub_processor", processor_id, clients=len(asked))
    return len(asked)


async def end(processor: SubProcessor) -> None:
    """It is used no more."""
    await db.execute("update sub_processor set ended_on = $2 where id = $1", processor.id, today())
    await audit.record("ended", "sub_processor", processor.id)


async def decide(consent: Consent, form: ConsentForm) -> None:
    """A client's word; a refusal needs a reason. It may be changed later: the last word counts, the log keeps all."""
    if form.decision == "refused" and not form.reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why, so that the office can find another way.")})
    if consent.state == form.decision:
        raise Conflict(text("{name} has said so already.", name=consent.decided_by))
    await db.execute(
        "update processor_consent set state = $2, reason = $3, decided_by = $4, decided_at = now() where id = $1",
        *(consent.id, form.decision, form.reason.strip()[:2000], current_actor().name),
    )
    await audit.record(form.decision, "processor_consent", consent.id, consent.client_id, reason=form.reason)

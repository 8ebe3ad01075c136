"""Letters that came back: a mail server's report (RFC 3464) is read, and the letter it names is marked.

Anybody can send us a report. It changes nothing but the state of the very letter whose Message-ID it holds, which only
those know who saw that letter: it contains a random id.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.characters import CONTROLS
from tatausaha.core.db import ScopedTransaction, client_scope, gate_scope, tenant_scope

LARGEST = 5_000_000
LEFT = ["sent", "unconfirmed"]
"""States of letters that a server may have, and give back."""

_OURS = re.compile(r"<[\w.-]{1,100}@tatausaha>", re.ASCII)
STATUS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = ("message/rfc822", "message/global", "message/global-headers")


class Report(msgspec.Struct, frozen=True):
    """What a report says: which letter, whether it failed for good, and in which words."""

    message_id: str
    failed: bool
    words: str


class Returned(msgspec.Struct, frozen=True):
    """Whose letter it is that came back."""

    tenant_id: UUID
    client_id: UUID | None
    id: UUID

    def scope(self) -> ScopedTransaction:
        """The client's scope, or the provider's for what belongs to no client."""
        if self.client_id is not None:
            return client_scope(self.tenant_id, [self.client_id])
        return tenant_scope(self.tenant_id)


def read_report(content: bytes) -> Report | None:
    """The report in a message; None for what is none, or names no letter of ours."""
    try:
        return _read(message_from_bytes(content[:LARGEST], policy=compat32))
    except RecursionError:  # parts within parts without end are nobody's report
        return None


def _read(message: Message) -> Report | None:
    told = [group for part in message.walk() for group in _groups(part) if group["Action"]]
    named = next((name for part in message.walk() if (name := _name_in(part))), None)
    if not told or named is None:
        return None
    failed = [group for group in told if _header(group, "Action").lower() == "failed"]
    group = (failed or told)[0]
    said = _header(group, "Diagnostic-Code").partition(";")[2].strip() or _header(group, "Status")
    return Report(named, bool(failed), said[:500])


def _groups(part: Message) -> Iterator[Message]:
    """The groups of a status part: one about the message, one for each recipient."""
    kind, inside = part.get_content_type(), _inside(part)
    if kind in STATUS:
        yield from inside
    if kind == "message/global-delivery-status":  # which the parser takes for a message with a body
        for written in re.split(r"\r?\n\r?\n", "".join(str(one.get_payload()) for one in inside)):
            yield message_from_string(written.strip(), policy=compat32)


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _name_in(part: Message) -> str | None:
    """The Message-ID of the letter that a part returns, whole or by its headers."""
    kind, returned = part.get_content_type(), _inside(part)
    if kind == "text/rfc822-headers":
        written = part.get_payload(decode=True)
        returned = [message_from_bytes(written, policy=compat32)] if isinstance(written, bytes) else []
    elif kind not in RETURNED:
        return None
    found = [_OURS.fullmatch(_header(one, "Message-ID")) for one in returned[:1]]
    return found[0][0] if found and found[0] else None


def _header(message: Message, name: str) -> str:
    """A header as one line of plain text, whatever bytes stand in it."""
    plain = str(message.get(name, "")).encode("utf-8", "replace").decode()
    return " ".join(CONTROLS.sub(" ", plain).split())


async def note(report: Report) -> bool:
    """Mark the newest letter of the report's Message-ID as come back. False when there is none, or it is marked already."""
    if not report.failed:
        return False
    async with gate_scope():
        returned = await db.row(
            Returned,
            "select tenant_id, client_id, id from mail where message_id = $1 and state = any($2) order by id desc limit 1",
            *(report.message_id, LEFT),
        )
    if returned is None:
        return False
    async with returned.scope():
        was = await db.value("select state from mail where id = $1 for update", returned.id)
        if was not in LEFT:
            return False
        await letters.mark(returned.id, "bounced", was=was, answer=report.words)
        await audit.record("bounced", "mail", returned.id, returned.client_id)
    return True

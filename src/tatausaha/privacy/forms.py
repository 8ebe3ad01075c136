"""What people type about requests, retention, breaches and sub-processors."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.web.forms import Lines

RequestKind = Literal["access", "correction", "restriction", "erasure", "objection", "withdrawal"]


class RequestForm(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is taken in, about the employee with this number."""

    client_id: str
    number: str
    kind: RequestKind
    channel: Literal["letter", "mail", "visit"] = "letter"
    wish: Lines = ""


class PortalRequestForm(msgspec.Struct, frozen=True, kw_only=True):
    """A request that the client's approver passes on."""

    number: str
    kind: RequestKind
    wish: Lines = ""


class IdentityForm(msgspec.Struct, frozen=True):
    """How somebody made sure that the request is the person's own."""

    method: Literal["card", "letter", "call", "client"]


class AnswerForm(msgspec.Struct, frozen=True):
    """What the person was told."""

    outcome: Literal["done", "refused"]
    answer: Lines


class ReasonForm(msgspec.Struct, frozen=True):
    """Why something is done."""

    reason: str


class RuleForm(msgspec.Struct, frozen=True, kw_only=True):
    """How many months a kind is kept, from a day on."""

    kind: Literal["payroll", "person", "rights"]
    months: str
    effective_from: date
    reason: str


class HoldForm(msgspec.Struct, frozen=True, kw_only=True):
    """What must not be destroyed: a client's data, or those of one employee by number."""

    client_id: str
    number: str = ""
    reason: str


class DestructionForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be destroyed: a person, or a client's payroll up to a month."""

    client_id: str
    employee_id: str = ""
    until: date | None = None
    reason: str


class BreachForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a breach."""

    title: str
    noticed_at: str
    began_at: str
    ended_at: str = ""
    what: Lines
    how: Lines = ""
    done: Lines = ""
    contact: str = ""
    kinds: str = ""
    actor_id: str = ""
    lessons: Lines = ""


class NoteForm(msgspec.Struct, frozen=True):
    """A piece of evidence."""

    note: Lines


class ProcessorForm(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to whom the office hands data."""

    name: str
    service: str
    country: str
    host: str = ""
    kinds: str = ""
    since: date


class ConsentForm(msgspec.Struct, frozen=True):
    """A client's word about a sub-processor."""

    decision: Literal["agreed", "refused"]
    reason: Lines = ""

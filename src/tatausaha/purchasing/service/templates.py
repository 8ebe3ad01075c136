"""What a client's orders say to its suppliers: a subject and a text for each language, with holes for the facts."""

import re
from collections.abc import Mapping
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.dates import format_day
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import LANGUAGES, Language, Text, gettext, text, use_language
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.forms import Lines
from tatausaha.purchasing.queries.letters import OrderFacts

HOLES: dict[str, Text] = {
    "order": text("the order's number"),
    "revision": text("its version"),
    "client": text("who orders"),
    "supplier": text("the supplier's company"),
    "contact": text("whom to speak to there, or the company"),
    "date": text("the day of the order"),
    "expected": text("when it is wanted"),
    "place": text("where it is wanted"),
    "total": text("what it comes to"),
    "sender": text("who wrote the order"),
}
SUBJECT = text("Purchase order {order} from {client}")
BODY = text(
    "Dear {contact},\n\n"
    "Attached is our purchase order {order} of {date}. Please deliver to {place} by {expected}. The total is {total}.\n\n"
    "Please confirm through the link below, or tell us there what you can deliver instead.\n\n"
    "Kind regards,\n{sender}\n{client}"
)
_HOLE = re.compile(r"\{([^{}]*)\}")


class Template(msgspec.Struct, frozen=True):
    """What is written in one language; version 0 is the house's own text."""

    language: Language
    subject: str
    body: str
    version: int = 0


class TemplateForm(msgspec.Struct, frozen=True):
    """The text of one language as typed."""

    language: Language
    subject: str
    body: Lines
    version: str = "0"


class MailPolicy(msgspec.Struct, frozen=True):
    """Where answers go (empty: to whoever wrote the order), and for how many days a link opens."""

    reply_to: str = ""
    link_days: int = 30
    version: int = 0


async def list_templates(client_id: UUID) -> dict[Language, Template]:
    """A client's texts, the house's where it has none of its own."""
    own = await db.rows(
        Template, "select language, subject, body, version from order_template where client_id = $1", client_id
    )
    return {language: _default(language) for language in LANGUAGES} | {one.language: one for one in own}


def _default(language: Language) -> Template:
    with use_language(language):
        return Template(language, gettext(SUBJECT.msgid), gettext(BODY.msgid))


async def save(client_id: UUID, form: TemplateForm) -> None:
    """Keep a text. `Invalid` names a hole that is not known, `Conflict` says that somebody else was faster."""
    check(form)
    saved = await db.execute(
        "insert into order_template as t (client_id, language, subject, body) values ($1, $2, $3, $4)"
        " on conflict (tenant_id, client_id, language) do update set subject = excluded.subject, body = excluded.body,"
        " version = t.version + 1 where t.version::text = $5",
        *(client_id, form.language, form.subject, form.body, form.version),
    )
    if not saved:
        raise Conflict(text("Somebody else changed this text meanwhile. Reload the page to see it."))
    await audit.record("changed", "order_template", client_id, client_id, language=form.language)


def check(form: TemplateForm) -> None:
    """`Invalid` with a sentence at each part that cannot be filled."""
    problems = {
        name: problem for name in ("subject", "body") if (problem := _problem(getattr(form, name), _LONGEST[name]))
    }
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)


_LONGEST = {"subject": 200, "body": 5000}


def _problem(written: str, longest: int) -> Text | None:
    unknown = [hole for hole in _HOLE.findall(written) if hole not in HOLES]
    if unknown:
        return text("{hole} is not known here. Choose from the list below.", hole="{" + unknown[0][:30] + "}")
    if re.search(r"[{}]", _HOLE.sub("", written)):
        return text("Each hole begins with one brace and ends with one: {example}.", example="{order}")
    if len(written) > longest:
        return text("Use at most {longest} characters.", longest=longest)
    return None


def fill(written: str, values: Mapping[str, str]) -> str:
    """The text with its holes filled. Values are values: a brace in one opens nothing."""
    return _HOLE.sub(lambda hole: values[hole[1]], written)


def values_of(order: OrderFacts, language: Language) -> dict[str, str]:
    """What the holes stand for in an order, in a language."""
    with use_language(language):
        return {
            "order": order.number or gettext("(not numbered yet)"),
            "revision": str(order.revision),
            "client": order.client_name,
            "supplier": order.supplier_name,
            "contact": order.contact or order.supplier_name,
            "date": format_day(order.ordered_on, language),
            "expected": format_day(order.expected_on, language) if order.expected_on else gettext("as agreed"),
            "place": order.place_name,
            "total": format_rupiah(order.total, language),
            "sender": order.maker_name,
        }


async def get_policy(client_id: UUID) -> MailPolicy:
    """How a client's orders are answered."""
    return (
        await db.row(
            MailPolicy, "select reply_to, link_days, version from order_mail_policy where client_id = $1", client_id
        )
        or MailPolicy()
    )


async def save_policy(client_id: UUID, reply_to: str, days: str, version: str) -> None:
    """Keep where answers go. `Invalid` for what is no address or no number of days."""
    problems = {}
    if reply_to and not _reachable(reply_to):
        problems["reply_to"] = text("Write a complete e-mail address.")
    if not re.fullmatch("[0-9]{1,3}", days) or not 1 <= int(days) <= 365:
        problems["link_days"] = text("Write a number of days from 1 to 365.")
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    saved = await db.execute(
        "insert into order_mail_policy as p (client_id, reply_to, link_days) values ($1, $2, $3)"
        " on conflict (tenant_id, client_id) do update set reply_to = excluded.reply_to,"
        " link_days = excluded.link_days, version = p.version + 1 where p.version::text = $4",
        *(client_id, reply_to, int(days), version),
    )
    if not saved:
        raise Conflict(text("Somebody else changed this meanwhile. Reload the page to see it."))
    await audit.record("changed", "order_mail_policy", client_id, client_id)


def _reachable(address: str) -> bool:
    try:
        recipient_of(address)
    except Refused:
        return False
    return True

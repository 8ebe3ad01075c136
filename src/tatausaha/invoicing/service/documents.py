"""The invoice as a paper: with the provider's letterhead, in the client's language, the work of each line behind it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import MONTHS, format_day
from tatausaha.core.errors import NotFound
from tatausaha.core.exports import Column, Record, write_xlsx
from tatausaha.core.i18n import Language, Text, gettext, text, use_language
from tatausaha.core.money import format_rupiah
from tatausaha.core.process import tools
from tatausaha.core.quantities import format_quantity
from tatausaha.core.taxes import pph23_rate, ppn_base, ppn_rate
from tatausaha.core.terbilang import terbilang
from tatausaha.core.typesetting import typeset
from tatausaha.invoicing.queries import lines
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.queries.issuer import Issuer, get_issuer
from tatausaha.invoicing.queries.lines import BilledItem, Line
from tatausaha.invoicing.rules.hours import format_minutes
from tatausaha.invoicing.rules.kinds import HOUR, KINDS, MINIMUM
from tatausaha.invoicing.rules.pricing import Step

TEMPLATE = "documents/service_invoice.typ"
ON_PAPER = 300
"""More pieces of work than this stand in a sheet beside the invoice instead of on it."""
Values = dict[str, Any]
Sum = tuple[str, int, bool]
"""A label, rupiah, and whether it stands out."""
ITEM_COLUMNS = (
    Column("line", text("Line")),
    Column("finished_on", text("Day"), "day"),
    Column("label", text("Work")),
    Column("quantity", text("Quantity"), "number"),
    Column("unit", text("Unit")),
)


class Debtor(msgspec.Struct, frozen=True):
    """Whom an invoice bills, as printed."""

    name: str
    address: str
    npwp: str | None


class Paper(msgspec.Struct, frozen=True):
    """All that an invoice is printed from."""

    invoice: Invoice
    issuer: Issuer
    debtor: Debtor
    lines: list[Line]
    items: list[BilledItem]
    whole: bool


async def read_paper(invoice: Invoice) -> Paper:
    """The invoice with its lines and work, in the open scope; a draft shows the provider as it is now."""
    debtor = await db.row(
        Debtor,
        "select coalesce(nullif(legal_name, ''), name) as name, address, npwp from client where id = $1",
        invoice.client_id,
    )
    assert debtor is not None
    issuer = msgspec.convert(invoice.issuer, Issuer) if invoice.issuer else await get_issuer()
    items = await lines.page_items(invoice.id, limit=ON_PAPER + 1)
    return Paper(invoice, issuer, debtor, await lines.list_lines(invoice.id), items, len(items) <= ON_PAPER)


async def invoice_pdf(paper: Paper) -> bytes:
    """The paper as PDF; outside any scope."""
    logo = await _find_logo(paper.issuer.logo_key)
    with use_language(paper.invoice.language):
        data = sheet(paper)
    return await typeset(tools().typesetter.render, TEMPLATE, data, {"logo": logo} if logo else None)


async def _find_logo(key: str | None) -> bytes | None:
    """The logo as it was when the invoice was issued, unless it was replaced since: then the paper bears none."""
    try:
        return await tools().storage.get(key) if key else None
    except NotFound:
        return None


def write_items(target: Path, rows: Sequence[tuple[str, BilledItem]]) -> int:
    """All the work behind an invoice as a sheet, in the current language; gives the number of rows."""
    return write_xlsx(target, ITEM_COLUMNS, [item_row(line, item) for line, item in rows])


def item_row(line: str, item: BilledItem) -> Record:
    """A piece of work as a row of `ITEM_COLUMNS`, with the label of its line."""
    facts = {"finished_on": item.finished_on, "label": item.label, "quantity": item.quantity}
    return {"line": line, **facts, "unit": unit_of(item.kind)}


def unit_of(kind: str) -> Text:
    """What a quantity of a kind counts; of hours the minutes."""
    known = KINDS.get(kind, KINDS["retainer"])
    return text("Minutes") if known.per == HOUR else known.unit


def sheet(paper: Paper) -> Values:
    """What the template prints, in the current language."""
    invoice, issuer, language = paper.invoice, paper.issuer, paper.invoice.language
    npwp = [f"NPWP {paper.debtor.npwp}"] if paper.debtor.npwp else []
    number = invoice.number or gettext("Draft")
    return {
        "language": language,
        "title": gettext("Invoice"),
        "number": number,
        "client": {"name": issuer.legal_name, "address": _issuer_lines(issuer), "color": issuer.colour},
        "notice": _notice(invoice),
        "page_of": gettext("Page {page} of {pages}"),
        "footer": f"{issuer.legal_name} · {number}",
        "parties": [
            {"title": gettext("Billed to"), "name": paper.debtor.name, "lines": _split(paper.debtor.address) + npwp},
            {"title": gettext("For the work of"), "name": month_name(invoice.period, language), "lines": []},
        ],
        "facts": _facts(invoice),
        "columns": [gettext("Service"), gettext("Quantity"), gettext("Price"), gettext("Amount")],
        "rows": [_row(line, invoice, language) for line in paper.lines],
        "sums": _foot([*_sums(paper), *_due(paper)], language),
        "words": _words(invoice.total, language),
        "pay": _pay(invoice, issuer),
        "notes": [{"title": gettext("Note"), "text": invoice.note}] if invoice.note else [],
        "signed": [{"label": gettext("For {name}").format(name=issuer.legal_name), "name": issuer.signer}],
        "work": _work(paper, language),
    }


def month_name(period: date, language: Language) -> str:
    return f"{MONTHS[language][period.month - 1]} {period.year}"


def quantity_of(kind: str, quantity: int, language: Language) -> str:
    """So many of a kind, as people read it; of hours the minutes as hours."""
    if KINDS.get(kind) and KINDS[kind].per == HOUR:
        return format_minutes(quantity)
    return format_quantity(quantity * 1000, language)


def _issuer_lines(issuer: Issuer) -> list[str]:
    return _split(issuer.address) + ([f"NPWP {issuer.npwp}"] if issuer.npwp else [])


def _split(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip()]


def _notice(invoice: Invoice) -> str | None:
    if invoice.state == "void":
        return gettext("Void: please do not pay this invoice.")
    return None if invoice.number else gettext("A draft: this is not an invoice yet.")


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    days = [(gettext("Date"), invoice.issued_on), (gettext("Due on"), invoice.due_on)]
    return [(label, format_day(day, invoice.language) if day else "–") for label, day in days]


def _row(line: Line, invoice: Invoice, language: Language) -> Values:
    explained = len(line.steps) > 1 or line.kind == MINIMUM or any(step.of for step in line.steps)
    details = [_step(step, line.kind, language) for step in line.steps] if explained else []
    if line.included:
        details.insert(0, gettext("{count} included").format(count=quantity_of(line.kind, line.included, language)))
    if line.late:
        details.append(gettext("{count} of it from earlier months").format(count=line.late))
    if line.ppn_kind == "exempt":
        details.append(gettext("Exempt from PPN"))
    return {
        "what": line.label,
        "details": details,
        "quantity": "" if line.kind == MINIMUM else quantity_of(line.kind, line.quantity, language),
        "price": format_rupiah(line.steps[0].price, language) if len(line.steps) == 1 and line.kind != MINIMUM else "",
        "amount": format_rupiah(line.amount, language),
    }


def _step(step: Step, kind: str, language: Language) -> str:
    """How a part of an amount came about."""
    price, amount = format_rupiah(step.price, language), format_rupiah(step.amount, language)
    if step.of:
        return gettext("{price} for a month, {days} of {of} days = {amount}").format(
            price=price, days=step.days, of=step.of, amount=amount
        )
    if kind == MINIMUM:
        said = gettext("Agreed minimum: {amount}") if step.amount > 0 else gettext("Less the lines above: {amount}")
        return said.format(amount=amount)
    return f"{quantity_of(kind, step.quantity, language)} × {price} = {amount}"


def _sums(paper: Paper) -> list[Sum]:
    invoice = paper.invoice
    sums = [(gettext("Subtotal"), invoice.subtotal, False)]
    rate = ppn_rate(invoice.period)
    if taxed := sum(line.amount for line in paper.lines if line.ppn_kind == "normal"):
        if (base := sum(ppn_base(line.amount, rate) for line in paper.lines if line.ppn_kind == "normal")) != taxed:
            sums.append((gettext("Tax base (DPP nilai lain, 11/12)"), base, False))
        sums.append((f"PPN {format_quantity(rate, invoice.language)} %", invoice.ppn, False))
    return [*sums, (gettext("Total"), invoice.total, True)]


def _due(paper: Paper) -> list[Sum]:
    """What the client withholds, and what it then transfers."""
    invoice = paper.invoice
    if not invoice.pph23:
        return []
    rate = format_quantity(pph23_rate("other", has_npwp=bool(paper.issuer.npwp)), invoice.language)
    withheld = gettext("PPh 23 withheld by you, {rate} %").format(rate=rate)
    return [(withheld, -invoice.pph23, False), (gettext("To be transferred"), invoice.total - invoice.pph23, True)]


def _foot(sums: list[Sum], language: Language) -> list[Values]:
    return [
        {"label": label, "value": format_rupiah(value, language), "strong": strong} for label, value, strong in sums
    ]


def _words(amount: int, language: Language) -> Values | None:
    """Indonesian papers repeat the amount in words."""
    if language != "id":
        return None
    return {"label": gettext("In words"), "sentence": f"{terbilang(amount)} rupiah"}


def _pay(invoice: Invoice, issuer: Issuer) -> Values:
    until = format_day(invoice.due_on, invoice.language) if invoice.due_on else None
    title = gettext("Please pay by {day} to").format(day=until) if until else gettext("Please pay to")
    account = [f"{issuer.bank} {issuer.bank_account}", issuer.bank_holder]
    naming = [gettext("Reference: {number}").format(number=invoice.number)] if invoice.number else []
    slip = [gettext("Please send us the slip (bukti potong) of the PPh 23 that you withhold.")] if invoice.pph23 else []
    return {"title": title, "lines": [line for line in account + naming if line.strip()], "slip": slip}


def _work(paper: Paper, language: Language) -> Values | None:
    """The work behind each line; of what is due by the month alone there is none to show."""
    shown = [line for line in paper.lines if line.kind in KINDS and line.kind != "retainer"]
    if not paper.whole or not shown:
        return None
    groups = [
        {
            "title": f"{line.label}: {quantity_of(line.kind, line.quantity, language)}",
            "rows": [
                (format_day(item.finished_on, language), item.label, quantity_of(line.kind, item.quantity, language))
                for item in paper.items
                if item.line_id == line.id
            ],
        }
        for line in shown
    ]
    title = gettext("The work behind each line")
    return {"title": title, "columns": [gettext("Day"), gettext("Work"), gettext("Quantity")], "groups": groups}

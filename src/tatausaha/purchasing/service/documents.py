"""The order as a paper: in the client's name, in the supplier's language."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import format_day
from tatausaha.core.i18n import Language, gettext, use_language
from tatausaha.core.money import format_rupiah
from tatausaha.core.process import tools
from tatausaha.core.quantities import format_quantity
from tatausaha.core.taxes import ppn_base
from tatausaha.core.terbilang import terbilang
from tatausaha.core.typesetting import typeset
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order
from tatausaha.purchasing.service.content import version_of

TEMPLATE = "documents/order.typ"
Values = dict[str, Any]


class Letterhead(msgspec.Struct, frozen=True):
    """Who writes to whom, as printed."""

    client_name: str
    client_address: str
    client_npwp: str | None
    colour: str | None
    logo_key: str | None
    supplier_name: str
    supplier_code: str
    supplier_contact: str
    supplier_address: str
    supplier_email: str
    supplier_phone: str
    language: Language
    terms_days: int
    place_name: str
    place_address: str
    order_terms: str


async def order_pdf(order_id: UUID, revision: int | None = None) -> bytes:
    """The present version of an order, or an earlier one as it was approved; a draft says that it is one.

    Needs the scope. Raises NotFound for an order or a version that does not exist.
    """
    order = await orders.get_order(order_id)
    head = await _letterhead(order)
    version = revision or (order.revision if order.number else 0)
    if version in (0, order.revision):
        lines = await orders.list_lines(order_id)
        content = version_of(order.place_name, order.expected_on, order.ppn_rate, order.note, lines)
    else:
        content = (await orders.get_revision(order_id, version)).content
    logo = await tools().storage.get(head.logo_key) if head.logo_key else None
    with use_language(head.language):
        data = sheet(order, head, content, version)
    return await typeset(tools().typesetter.render, TEMPLATE, data, {"logo": logo} if logo else None)


def sheet(order: Order, head: Letterhead, content: Values, version: int) -> Values:
    """What the template prints, in the current language; `version` is zero for a draft."""
    language = head.language
    return {
        "language": language,
        "title": gettext("Purchase order"),
        "number": order.number or gettext("Draft"),
        "client": {"name": head.client_name, "address": _address(head), "color": head.colour},
        "notice": _notice(order, version),
        "page_of": gettext("Page {page} of {pages}"),
        "footer": f"{head.client_name} · {order.number or gettext('Draft')}",
        "parties": [
            {
                "title": gettext("Supplier"),
                "name": head.supplier_name,
                "lines": _lines(head.supplier_address, head.supplier_contact, head.supplier_phone, head.supplier_email),
            },
            {
                "title": gettext("Deliver to"),
                "name": f"{head.client_name}, {content['place']}",
                "lines": _lines(head.place_address if content["place"] == head.place_name else ""),
            },
        ],
        "facts": _facts(order, head, content, version),
        "columns": _columns(content),
        "rows": [_row(at, line, content, language) for at, line in enumerate(content["lines"], 1)],
        "sums": _sums(content, language),
        "words": _words(content["total"], language),
        "notes": [
            {"title": title, "text": said}
            for title, said in ((gettext("Note"), content["note"]), (gettext("Terms"), head.order_terms))
            if said
        ],
        "signed": [
            {"label": gettext("Ordered by"), "name": order.maker_name},
            {"label": gettext("Approved by"), "name": order.approved_name},
        ],
    }


def _notice(order: Order, version: int) -> str | None:
    if version == 0:
        return gettext("A draft: this is not an order yet.")
    if order.state == "cancelled":
        return gettext("Cancelled: please do not deliver.")
    if version > 1:
        return gettext("Version {version} of this order. It replaces version {before}.").format(
            version=version, before=version - 1
        )
    return None


def _address(head: Letterhead) -> list[str]:
    npwp = f"NPWP {head.client_npwp}" if head.client_npwp else ""
    return _lines(head.client_address, npwp)


def _lines(*parts: str) -> list[str]:
    return [line.strip() for part in parts for line in part.splitlines() if line.strip()]


def _facts(order: Order, head: Letterhead, content: Values, version: int) -> list[tuple[str, str]]:
    expected = date.fromisoformat(content["expected_on"]) if content["expected_on"] else None
    return [
        (gettext("Day of the order"), format_day(order.ordered_on, head.language)),
        (gettext("Wanted on"), format_day(expected, head.language) if expected else "–"),
        (gettext("Payment"), gettext("within {days} days of the bill").format(days=head.terms_days)),
        (gettext("Version"), str(version) if version else "–"),
    ]


def _columns(content: Values) -> list[Values]:
    wide = {"label": gettext("Item"), "align": "left", "wide": True}
    numbers = [gettext("Quantity"), gettext("Price")]
    numbers += [gettext("Discount")] if _discounted(content) else []
    right = [{"label": label, "align": "right", "wide": False} for label in (*numbers, gettext("Amount"))]
    return [{"label": gettext("No."), "align": "right", "wide": False}, wide, *right]


def _row(at: int, line: Values, content: Values, language: Language) -> list[str]:
    quantity = f"{format_quantity(line['quantity'], language)} {line['unit']}"
    less = [f"{format_quantity(line['discount'], language)} %" if line["discount"] else "–"]
    return [
        str(at),
        f"{line['code']} · {line['name']}",
        quantity,
        format_rupiah(line["price"], language),
        *(less if _discounted(content) else []),
        format_rupiah(line["amount"], language),
    ]


def _discounted(content: Values) -> bool:
    return any(line["discount"] for line in content["lines"])


def _sums(content: Values, language: Language) -> list[Values]:
    sums = [(gettext("Subtotal"), content["subtotal"], False)]
    if rate := content["ppn_rate"]:
        base = ppn_base(content["subtotal"], rate)
        if base != content["subtotal"]:
            sums.append((gettext("Tax base (DPP nilai lain, 11/12)"), base, False))
        sums.append((f"PPN {format_quantity(rate, language)} %", content["ppn"], False))
    sums.append((gettext("Total"), content["total"], True))
    return [
        {"label": label, "value": format_rupiah(value, language), "strong": strong} for label, value, strong in sums
    ]


def _words(total: int, language: Language) -> Values | None:
    """Indonesian papers repeat the amount in words."""
    if language != "id":
        return None
    return {"label": gettext("In words"), "sentence": f"{terbilang(total)} rupiah"}


async def _letterhead(order: Order) -> Letterhead:
    found = await db.row(
        Letterhead,
        "select coalesce(nullif(c.legal_name, ''), c.name) as client_name, c.address as client_address,"
        " c.npwp as client_npwp, coalesce(c.brand_colour, v.brand_colour) as colour,"
        " coalesce(c.logo_key, v.logo_key) as logo_key, s.name as supplier_name, s.code as supplier_code,"
        " s.contact as supplier_contact, s.address as supplier_address, s.email as supplier_email,"
        " s.phone as supplier_phone, s.language, s.terms_days, p.name as place_name, p.address as place_address,"
        " coalesce(y.order_terms, '') as order_terms"
        " from purchase_order o join client c on c.id = o.client_id join provider v on v.id = o.tenant_id"
        " join supplier s on s.id = o.supplier_id join place p on p.id = o.place_id"
        " left join purchase_policy y on y.client_id = o.client_id where o.id = $1",
        order.id,
    )
    assert found is not None
    return found

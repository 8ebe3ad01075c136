"""Labels for shelves and goods as a PDF: name, price, and a barcode that a till reads."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, current_language, gettext, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah
from tatausaha.core.process import tools
from tatausaha.core.typesetting import typeset
from tatausaha.documents import service as documents
from tatausaha.documents.service import Kept
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import Barcode, ItemRef
from tatausaha.stock.rules.labels import SHEETS, Size, bars_of, fits

TEMPLATE = "stock/labels.typ"
DOCUMENT = "labels"
MOST = 1_000
ATTENTION = text("Some fields need your attention.")


async def read(counts: Mapping[UUID, int], size: Size, *, prices: bool) -> dict[str, Any]:
    """What the paper shows. Raises `Invalid` with a sentence at each item whose code no bars can stand for."""
    refs = await items.list_refs(list(counts))
    barcodes = await items.list_barcodes(list(counts))
    labels, problems = list[dict[str, Any]](), dict[str, Text]()
    for item_id, count in counts.items():
        ref = refs[item_id]
        try:
            labels.append({"count": count, **_label(ref, barcodes.get(item_id, []), size, prices=prices)})
        except ValueError:
            problems[f"count:{item_id}"] = text(
                "The code of {name} cannot be drawn this small, or holds letters that no barcode knows.", name=ref.name
            )
    if problems:
        raise Invalid(ATTENTION, problems)
    sheet = SHEETS[size]
    return {
        "language": current_language(),
        "title": gettext("Labels"),
        **{
            name: getattr(sheet, name)
            for name in ("paper", "columns", "rows", "width", "height", "top", "left", "bars")
        },
        "labels": labels,
    }


def _label(ref: ItemRef, barcodes: Sequence[Barcode], size: Size, *, prices: bool) -> dict[str, Any]:
    """One label; its bars are the item's first barcode for its own unit, or its code. ValueError if they do not fit."""
    bars = bars_of(next((one.barcode for one in barcodes if not one.unit), ref.code))
    if not fits(bars, SHEETS[size]):
        raise ValueError("too long for this label")
    price = format_rupiah(ref.sale_price, current_language()) if prices and ref.sale_price is not None else ""
    return {"name": ref.name, "price": price, "unit": ref.unit, "code": bars.written, "bars_svg": bars.svg()}


async def print_labels(tenant_id: UUID, client_id: UUID, name: str, data: Mapping[str, Any]) -> Kept:
    """Set the paper and lay it into the storage, outside any scope."""
    made = await typeset(tools().typesetter.render, TEMPLATE, data)
    return await documents.put(tenant_id, client_id, DOCUMENT, uuid7(), name, documents.PDF, made)


async def keep(kept: Kept, count: int) -> None:
    """Record the paper as a document of the client."""
    await documents.record([kept], shared=False)
    await audit.record("printed", "labels", kept.subject_id, kept.client_id, count=count)

"""What the supplier's link shows: one version of an order, as long as it is the newest and not too old."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.i18n import Language
from tatausaha.purchasing.queries.letters import AnswerView, list_answers


class LinkOwner(msgspec.Struct, frozen=True):
    """Whose order a link shows."""

    tenant_id: UUID
    client_id: UUID


class OfferLine(msgspec.Struct, frozen=True):
    """One line of the order; quantity in thousandths of `unit`."""

    id: UUID
    item: str
    code: str
    unit: str
    quantity: int
    price: int
    discount: int
    amount: int


class Offer(msgspec.Struct, frozen=True):
    """An order as the supplier sees it."""

    link_id: UUID
    order_id: UUID
    client_id: UUID
    revision: int
    number: str
    state: str
    provider_name: str
    client_name: str
    client_address: str
    supplier_name: str
    language: Language
    ordered_on: date
    expected_on: date | None
    place_name: str
    place_address: str
    ppn_rate: int
    subtotal: int
    ppn: int
    total: int
    note: str
    expires_at: datetime
    brand_colour: str | None
    document_id: UUID | None

    @property
    def open(self) -> bool:
        """True while the order still waits for what the supplier says."""
        return self.state in ("approved", "sent")


async def find_owner(link_id: UUID) -> LinkOwner | None:
    """Whose a link is; opens the gate by itself."""
    async with gate_scope():
        return await db.row(LinkOwner, "select tenant_id, client_id from order_link where id = $1", link_id)


async def find_offer(link_id: UUID) -> Offer | None:
    """What a link shows, or None once it ended."""
    return await db.row(
        Offer,
        "select k.id as link_id, o.id as order_id, o.client_id, o.revision, coalesce(o.number, '') as number, o.state,"
        " v.name as provider_name, c.name as client_name, c.address as client_address, s.name as supplier_name,"
        " s.language, o.ordered_on, o.expected_on, p.name as place_name, p.address as place_address, o.ppn_rate,"
        " o.subtotal, o.ppn, o.total, o.note, k.expires_at,"
        " coalesce(c.brand_colour, v.brand_colour) as brand_colour, d.id as document_id"
        " from order_link k join purchase_order o on o.tenant_id = k.tenant_id and o.id = k.order_id"
        " join provider v on v.id = k.tenant_id join client c on c.tenant_id = o.tenant_id and c.id = o.client_id"
        " join supplier s on s.tenant_id = o.tenant_id and s.id = o.supplier_id"
        " join place p on p.tenant_id = o.tenant_id and p.id = o.place_id"
        " left join document d on d.tenant_id = k.tenant_id and d.subject_id = k.id and d.kind = 'purchase_order'"
        " where k.id = $1 and k.ended_at is null and k.expires_at > now() and k.revision = o.revision",
        link_id,
    )


async def list_lines(order_id: UUID) -> list[OfferLine]:
    """The lines of an order as it is now, in their order; `code` is the supplier's own where it is known."""
    return await db.rows(
        OfferLine,
        "select l.id, i.name as item, coalesce(nullif(x.supplier_code, ''), i.code) as code, l.unit, l.quantity,"
        " l.price, l.discount, l.amount from purchase_order_line l"
        " join purchase_order o on o.tenant_id = l.tenant_id and o.id = l.order_id"
        " join item i on i.tenant_id = l.tenant_id and i.id = l.item_id"
        " left join supplier_item x on x.tenant_id = l.tenant_id and x.supplier_id = o.supplier_id"
        "   and x.item_id = l.item_id where l.order_id = $1 order by l.position, l.id",
        order_id,
    )


async def find_answer(offer: Offer) -> AnswerView | None:
    """What was said to this version already, unless it was declined and the question is open again."""
    said = [answer for answer in await list_answers(offer.order_id) if answer.revision == offer.revision]
    return next((answer for answer in said if answer.decision != "declined"), None)

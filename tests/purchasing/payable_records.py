"""One of everything about goods that come and go and about what is paid, for tests that look at every page."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.purchasing.queries import bills, returns
from tatausaha.purchasing.queries import payments as queries
from tatausaha.purchasing.service import billing, paying, receiving, returning
from tatausaha.purchasing.service.billing import Asked, Paper
from tatausaha.purchasing.service.receiving import Came, Delivery
from tatausaha.purchasing.service.returning import Head, Out
from tatausaha.stock.queries.places import get_place
from tests.make import make_item, make_place
from tests.purchasing.payables import DAY, make_order, make_supplier

TODAY = date(2026, 11, 22)
MAKER = Actor(None, "Dewi", "worker")


async def fill_payables(client_id: UUID, word: str, maker: Actor = MAKER) -> dict[str, UUID]:
    """An order of ten boxes of which eight came, a return, a held bill, one that waits for its payment; all bear the word."""
    place, supplier = await make_place(client_id, word), await make_supplier(client_id, word)
    milk = await make_item(client_id, f"B-{place.hex[-8:]}", f"Susu {word}", batched=True)
    order, (line,) = await make_order(client_id, supplier, place, [(milk, "dus", 10_000, 10_000, 60_000)])
    lot = Came(line, 8_000, word[:20], date(2026, 12, 24))
    with acting(maker):
        receipt = await receiving.receive(
            order, Delivery(received_on=DAY, once_key="r", delivery_note=word, note=word), [lot], TODAY
        )
        of = await bills.get_supplier(supplier)
        paper = Paper(number=f"INV {word}"[:40], billed_on=DAY, ppn=66_000, once_key="b", note=word)
        held = await billing.enter(of, order, paper, [Asked(10_000, 600_000, line)])
        (found,) = await returns.list_lots(place, supplier, "other", TODAY)
        head = Head(why="expiring", returned_on=TODAY, note=word)
        back = await returning.draft(of, await get_place(place), head, [Out(found, 5_000)], [])
        await returning.send(back)
        await returning.credit(back, f"CN {word}"[:40], TODAY, 10_000, 0)
        service = Asked(1_000, 400_000, description=f"Servis {word}"[:60], service="repair")
        due = await billing.enter(of, None, Paper(number="S-1", billed_on=DAY, due_on=DAY, once_key="s"), [service])
        again = Paper(number="S-2", billed_on=DAY, due_on=DAY, once_key="t", twice_reason=word)
        further = await billing.enter(of, None, again, [service])
        await db.execute("update supplier_bill set state = 'approved' where id = any($1)", [due, further])
        payment = await paying.propose(client_id, TODAY, [due], word)
        await db.execute("update supplier_payment set state = 'released', released_at = now() where id = $1", payment)
    (paid,) = await queries.list_lines(payment)
    return {
        "order_id": order,
        "supplier_id": supplier,
        "receipt_id": receipt,
        "return_id": back,
        "bill_id": held,
        "payment_id": payment,
        "payment_line_id": paid.id,
        "place_id": place,
        "item_id": milk,
        # Others call theirs the same: these name the ones that belong together.
        "goods_order_id": order,
        "goods_supplier_id": supplier,
        "goods_place_id": place,
    }

"""The shop among the demo's clients: goods on its shelves, weeks of sales, orders, bills, and what waits for somebody."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from tatausaha.clients import services
from tatausaha.core import changes, db
from tatausaha.core.actor import acting
from tatausaha.core.ids import uuid7
from tatausaha.core.quantities import THOUSANDTHS
from tatausaha.demo.goods import CASHIERS, GOODS, PLACES, SUPPLIES, TRADERS, Goods, Trader
from tatausaha.demo.past import Team
from tatausaha.people.rules import today
from tatausaha.purchasing import forms as ordering
from tatausaha.purchasing.queries import bills, orders, suppliers
from tatausaha.purchasing.service import billing, prices, receiving
from tatausaha.purchasing.service import orders as order_service
from tatausaha.purchasing.service import suppliers as supplier_service
from tatausaha.purchasing.service.billing import Asked, Paper
from tatausaha.purchasing.service.receiving import Came, Delivery
from tatausaha.sales.queries import customers, shifts
from tatausaha.sales.receivable_forms import CustomerForm, InvoiceForm
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.service import booking, receivables
from tatausaha.sales.service import customers as customer_service
from tatausaha.sales.service import shifts as shift_service
from tatausaha.stock.forms import NewItem, NewPlace
from tatausaha.stock.queries import items as item_queries
from tatausaha.stock.service import counting, items, ledger, places, units
from tatausaha.stock.service.ledger import Batch, Entry

WEEKS = 14
CUSTOMERS = (("P-01", "Warung Bu Tini", 3_000_000), ("P-02", "Katering Sedap Rasa", 8_000_000))


async def live_through(team: Team, weeks: int = WEEKS) -> None:
    """Everything of the shop and so many weeks of sales, once: a second start finds it there."""
    async with team.scope():
        if await db.value("select exists (select from place where client_id = $1)", team.client_id):
            return
    shop = _Shop(team, weeks)
    with acting(team.manager):
        async with team.scope():
            await services.set_services(team.client_id, services.ServicesForm(True, True, True, True, True))
    with acting(team.worker):
        async with team.scope():
            await shop.open()
        await shop.sell()
        async with team.scope():
            await shop.lend()
            await shop.begin_count()
    await shop.buy()


class _Shop:
    """The shop under way: what its places, items and suppliers are called in the database."""

    def __init__(self, team: Team, weeks: int) -> None:
        self.team, self.client_id, self.day, self.days = team, team.client_id, today(), weeks * 7
        self.start = self.day - timedelta(weeks=weeks)
        self.chance = random.Random(team.code)
        self.places: dict[str, UUID] = {}
        self.items: dict[str, UUID] = {}

    async def open(self) -> None:
        """Places, goods with units, barcodes and minimums, and what lay there on the first day."""
        for code, name, kind in PLACES:
            form = NewPlace(client_id=str(self.client_id), code=code, name=name, kind=kind)  # type: ignore[arg-type]
            self.places[code] = await places.create(self.client_id, form)
        for number, goods in enumerate((*GOODS, *SUPPLIES)):
            await self._enter(goods, number)
        await ledger.post(self.client_id, [entry for goods in GOODS for entry in self._opening(goods)])
        office = [
            Entry("opening", self.places["GDG"], self.items[one.code], 12 * THOUSANDTHS, self.start, 12 * one.cost)
            for one in SUPPLIES
        ]
        await ledger.post(self.client_id, office)

    async def _enter(self, goods: Goods, number: int) -> None:
        form = NewItem(
            client_id=str(self.client_id),
            code=goods.code,
            name=goods.name,
            category=goods.category,
            unit=goods.unit,
            kind="goods" if goods.price else "supply",
            cost_method="fifo" if goods.days else "average",
            batched=goods.days > 0,
            shelf_days=str(goods.days or ""),
            warn_days=str(min(goods.days, 30) or ""),
            sale_price=goods.price or None,
            barcode=_ean13(f"899{number:09}"),
        )
        item_id = self.items[goods.code] = await items.create_typed(form, self.client_id)
        if goods.box:
            await units.put_unit(await item_queries.get_item(item_id, lock=True), "dus", str(goods.box))
        await items.put_limits(
            [
                {
                    "client_id": self.client_id,
                    "place_id": place_id,
                    "item_id": item_id,
                    "minimum": goods.pace * 3 * THOUSANDTHS,
                    "reorder_quantity": goods.pace * 14 * THOUSANDTHS,
                }
                for code, place_id in self.places.items()
                if goods.pace and code != "GDG"
            ]
        )

    def _opening(self, goods: Goods) -> list[Entry]:
        """Enough for the weeks of each shop, most of the time; what spoils came in two lots."""
        entries = []
        for code in ("PSR", "DRM"):
            count = round(goods.pace * self.days * self.chance.uniform(0.62, 0.8)) or 12
            for part in (count // 2, count - count // 2) if goods.days else (count,):
                last = self.day + timedelta(self.chance.randint(4, max(5, goods.days))) if goods.days else None
                lot = Batch(f"L{self.chance.randint(100, 999)}", last) if last else None
                place, item = self.places[code], self.items[goods.code]
                entries.append(
                    Entry("opening", place, item, part * THOUSANDTHS, self.start, part * goods.cost, lot, reason="Awal")
                )
        return entries

    async def sell(self) -> None:
        """The cashiers' days, booked as a till's file would be; the last shift is still to be counted."""
        for code in ("PSR", "DRM"):
            async with self.team.scope():
                await self._sell_at(code)

    async def _sell_at(self, code: str) -> None:
        lines = [
            line
            for age in range((self.day - self.start).days)
            for line in self._sold(code, self.start + timedelta(age + 1))
        ]
        await booking.book(
            self.client_id, self.places[code], self._what_is_there(lines), booking.Document("demo", uuid7())
        )
        sessions = await db.records(
            "select id, day from shift where place_id = $1 and day < $2 order by day", self.places[code], self.day
        )
        for row in sessions:
            await self._close(row["id"], short=2_000 if row["day"] == self.day - timedelta(1) and code == "DRM" else 0)

    def _sold(self, code: str, day: date) -> list[Line]:
        cashier = CASHIERS[code == "DRM"]
        lines = []
        for goods in GOODS:
            for number in range(self.chance.randint(0, max(0, goods.pace - 1))):
                count = self.chance.choice((1, 1, 1, 2, 3))
                receipt = f"{code}-{day:%y%m%d}-{self.chance.randint(1, 40):03}-{goods.code}-{number}"
                method = self.chance.choice(("cash", "cash", "qris", "debit"))
                lines.append(
                    Line(
                        day,
                        self.items[goods.code],
                        count * THOUSANDTHS,
                        count * goods.price,
                        receipt,
                        method=method,
                        cashier=cashier,
                    )
                )
        return lines

    def _what_is_there(self, lines: Sequence[Line]) -> list[Line]:
        """A tenth of each item stays on the shelf: nobody sells what is not there, or what has ended."""
        room = dict.fromkeys(self.items.values(), 0)
        for goods in GOODS:
            room[self.items[goods.code]] = round((goods.pace * self.days * 0.62 or 12) * 0.97) * THOUSANDTHS
        kept = []
        for line in lines:
            if line.quantity <= room[line.item_id]:
                room[line.item_id] -= line.quantity
                kept.append(line)
        return kept

    async def _close(self, shift_id: UUID, short: int) -> None:
        shift = await shifts.get_shift(shift_id, lock=True)
        taken = {one.method: one.sales + one.refunds for one in await shifts.list_methods(shift_id)}
        counted = taken | {"cash": 500_000 + taken.get("cash", 0) - short}
        await shift_service.count(shift, 500_000, counted, "Kembalian kurang" if short else "")

    async def lend(self) -> None:
        """Customers who buy on credit: one late, one whose next sale waits for a second person."""
        for number, (code, name, limit) in enumerate(CUSTOMERS):
            form = CustomerForm(code=code, name=name, email=f"{code.lower()}@pelanggan.example", credit_limit=limit)
            customer_id = await customer_service.create(self.client_id, form)
            customer = await customers.get_customer(customer_id, lock=True)
            for age, amount in ((50, 1_250_000), (20, 900_000), (2, 1_500_000 + number)):
                sale = InvoiceForm(
                    token=str(uuid7()), issued_on=self.day - timedelta(age), amount=amount, note="Sembako"
                )
                await receivables.issue(customer, sale, self.day)

    async def begin_count(self) -> None:
        """A few items are being counted today."""
        await counting.begin(self.client_id, "cycle", self.places["PSR"], "", 6, blind=True, percent=10)

    async def buy(self) -> None:
        """Suppliers with prices; an order that came and is billed right, one billed wrong, one under way, one waiting."""
        for trader, fate in zip(TRADERS, ("paid", "held", "waiting"), strict=True):
            with acting(self.team.worker):
                async with self.team.scope():
                    supplier_id = await self._meet(trader)
            await self._agree()
            order_id = await self._order(trader, supplier_id, fate)
            if fate != "waiting":
                await self._agree()
                with acting(self.team.worker):
                    async with self.team.scope():
                        await self._take_in(order_id, supplier_id, fate)
        under_way = await self._order(TRADERS[0], supplier_id=None, fate="sent")
        await self._agree(under_way)

    async def _meet(self, trader: Trader) -> UUID:
        form = ordering.SupplierForm(
            code=trader.code,
            name=trader.name,
            contact=trader.contact,
            email=f"penjualan@{trader.code.lower()}.example",
            phone="031-5550100",
            address="Jalan Margomulyo 9, Surabaya",
            pkp=trader.pkp,
            terms_days=str(trader.terms),
            lead_days=str(trader.lead),
            bank="BCA",
            bank_account=trader.account,
            bank_holder=trader.name,
        )
        supplier_id = await supplier_service.create(self.client_id, form)
        supplier = await suppliers.get_supplier(supplier_id, lock=True)
        for goods in GOODS:
            if goods.category in trader.categories:
                await prices.put_item(supplier, ordering.SupplierItemForm(goods.code, preferred=True))
                await prices.put_price(supplier, ordering.PriceForm(goods.code, goods.cost, self.start))
        return supplier_id

    async def _order(self, trader: Trader, supplier_id: UUID | None, fate: str) -> UUID:
        with acting(self.team.worker):
            async with self.team.scope():
                known = supplier_id or await db.value(
                    "select id from supplier where client_id = $1 and code = $2", self.client_id, trader.code
                )
                supplier = await suppliers.get_supplier(known)
                wanted = [goods for goods in GOODS if goods.category in trader.categories and goods.pace][:5]
                lines = {
                    row: ordering.LineForm(goods.code, goods.pace * 14 * THOUSANDTHS)
                    for row, goods in enumerate(wanted)
                }
                form = ordering.OrderForm(
                    place_id=str(self.places["PSR"]), expected_on=self.day + timedelta(trader.lead), note="Antar pagi"
                )
                order_id = await order_service.create(supplier, form, lines)
                if fate != "draft":
                    await order_service.submit(await orders.get_order(order_id, lock=True))
        return order_id

    async def _take_in(self, order_id: UUID, supplier_id: UUID, fate: str) -> None:
        """All comes, or half of it; the bill is over all."""
        lines = await orders.list_lines(order_id)
        came = [
            Came(line.id, line.quantity if fate == "paid" else line.quantity // 2, *self._lot(line.item_id))
            for line in lines
        ]
        delivery = Delivery(received_on=self.day, once_key=str(uuid7()), delivery_note="SJ-0417")
        await receiving.receive(order_id, delivery, came, self.day)
        order, supplier = await orders.get_order(order_id), await bills.get_supplier(supplier_id)
        asked = [Asked(line.quantity, line.amount, line.id) for line in lines]
        paper = Paper(number=f"F-{order_id.hex[-4:]}", billed_on=self.day, ppn=order.ppn, once_key=str(uuid7()))
        bill_id = await billing.enter(supplier, order_id, paper, asked)
        if fate == "paid":
            await billing.approve(bill_id)

    def _lot(self, item_id: UUID) -> tuple[str, date | None]:
        goods = next(one for one in GOODS if self.items[one.code] == item_id)
        return ("L-BARU", self.day + timedelta(goods.days)) if goods.days else ("", None)

    async def _agree(self, only: UUID | None = None) -> None:
        """The manager agrees to what waits about suppliers and orders; the last order stays for the client to see."""
        with acting(self.team.manager):
            async with self.team.scope():
                waiting = await db.records(
                    "select id from change_request where client_id = $1 and state = 'pending' and kind = any($2)"
                    " and ($3::uuid is null or subject_id = $3) order by id",
                    *(self.client_id, ["supplier.bank_account", "purchase_order.release"], only),
                )
                for row in waiting:
                    await changes.approve(row["id"])


def _ean13(digits: str) -> str:
    """Twelve digits with their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"

"""What counts as finished work, of whom, on which day; and that a correction of ours is nobody's cost."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import finished
from tatausaha.invoicing.rules.kinds import KINDS, REPEATED
from tests.invoicing.month import LAST, note_hours, publish
from tests.make import Office, make_client, make_employees, make_item, make_order, make_place, make_supplier

MIDDLE = LAST.first + timedelta(days=14)
OTHER = LAST.previous().last
MORNING = datetime.combine(LAST.first, time(0, 30), UTC) - timedelta(hours=7)
"""Half past midnight of the month's first day in Jakarta, still the last of the month before in UTC."""


async def insert(table: str, **columns: object) -> UUID:
    key = uuid7()
    names, values = ("id", *columns), (key, *columns.values())
    marks = ", ".join(f"${at}" for at in range(1, len(names) + 1))
    await db.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", *values)
    return key


async def make_shop(client_id: UUID) -> dict[str, UUID]:
    """One of each kind of a shop's work in the month, beside some that does not count."""
    place_id, supplier_id = await make_place(client_id), await make_supplier(client_id)
    rice = await make_item(client_id, f"B-{place_id}")
    own = {"client_id": client_id}
    made: dict[str, UUID] = {}
    for state, day in (("sent", MIDDLE), ("draft", MIDDLE), ("cancelled", MIDDLE), ("closed", OTHER)):
        order = await make_order(client_id, supplier_id, place_id, [(rice, 1_000, 5_000)], state)
        await db.execute("update purchase_order set ordered_on = $2 where id = $1", order, day)
        made.setdefault("purchase_order", order)
    paper = {**own, "order_id": made["purchase_order"], "supplier_id": supplier_id}
    for state in ("booked", "waiting"):
        receipt = {"place_id": place_id, "number": state, "received_on": MIDDLE, "state": state, "once_key": state}
        made.setdefault("goods_receipt", await insert("goods_receipt", **paper, **receipt))
        bill = {"number": state, "billed_on": OTHER, "due_on": OTHER, "subtotal": 1_000, "total": 1_000}
        kept = {"state": "approved" if state == "booked" else "held", "once_key": state, "created_at": MORNING}
        made.setdefault("supplier_bill", await insert("supplier_bill", **paper, **bill, **kept))
        ended = {"ended_at": MORNING, "state": "done" if state == "booked" else "cancelled"}
        made.setdefault("stock_count", await insert("stock_count", **own, scope="place", place_id=place_id, **ended))
        closed = {"state": "closed", "counted_cash": 0, "difference": 0, "closed_at": MORNING}
        shift = {"place_id": place_id, "day": MIDDLE, "number": state, **(closed if state == "booked" else {})}
        shift_id = await insert("shift", **own, **shift)
        await insert("shift_method", **own, shift_id=shift_id, method="cash", lines=40, late_lines=2)
        made.setdefault("shift", shift_id)
    return made | {"sale_line": made["shift"]}


async def test_each_kind_of_work_counts_once_on_its_own_day(office: Office) -> None:
    async with office.scope():
        made = await make_shop(office.client_id)
        await note_hours(office, 45, MIDDLE)
        await note_hours(office, 45, OTHER)
        await db.execute(
            "insert into work_time (client_id, member_id, member_name, worked_on, minutes, task, billable)"
            " values ($1, $2, 'Rina', $3, 60, 'Rapat', false)",
            *(office.client_id, office.worker.member_id, MIDDLE),
        )
        staff = await make_employees(office.client_id, 3)
        await db.execute("update employee set ended_on = $2 where id = $1", staff[0], OTHER)
        await db.execute("update employee set ended_on = $2 where id = $1", staff[1], LAST.first)
        for kind, shared in (("report", True), ("report", False), ("payslips_zip", True), ("register_xlsx", True)):
            facts = {"client_id": office.client_id, "kind": kind, "name": kind, "media_type": "x", "size": 1}
            key = f"{uuid7()}"
            await insert("document", **facts, key=key, sha256=b"", shared=shared, created_at=MORNING)
        elsewhere = await make_client(name="CV Lain")
        await make_employees(elsewhere, 1)
        found = await finished.list_unbilled(office.client_id, LAST.first, LAST.last)
        counts = await finished.count_done(None, LAST.first, LAST.last)

    shop = {item.kind: item.item_id for item in found if item.kind in made}
    own = {one.kind: one.done for one in counts if one.client_id == office.client_id}
    assert shop == made
    assert own == dict.fromkeys(made, 1) | {"hour": 45, "employee": 2, "document": 1, "sale_line": 42}
    assert [(one.kind, one.done) for one in counts if one.client_id == elsewhere] == [("employee", 1)]
    assert set(finished.SOURCES) == set(KINDS) - REPEATED
    assert {item.finished_on for item in found if item.kind in ("supplier_bill", "stock_count", "document")} == {
        LAST.first
    }, "days are the client's, not those of UTC"


async def test_a_payslip_counts_when_its_run_is_published_and_its_correction_never(office: Office) -> None:
    async with office.scope():
        people = await make_employees(office.client_id, 2)
        run_id = await publish(office.client_id, people, MIDDLE)
        before = await finished.list_unbilled(office.client_id, LAST.first, LAST.last)
        await db.execute("update slip set superseded = true where employee_id = $1", people[0])
        await publish(office.client_id, people[:1], LAST.last, kind="correction", corrects=run_id)
        after = await finished.list_unbilled(office.client_id, LAST.first, LAST.last)
        names = await db.records("select name from employee where client_id = $1", office.client_id)

    slips = [item for item in before if item.kind == "payslip"]
    assert len(slips) == 2
    assert [item for item in after if item.kind == "payslip"] == slips, "the same slips, under the same ids"
    assert {item.finished_on for item in slips} == {MIDDLE}
    assert not any(one["name"] in item.label for one in names for item in after), "no names stand on invoices"


async def test_an_employee_is_one_piece_of_work_for_each_month(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1)
        first = await finished.list_unbilled(office.client_id, LAST.previous().first, LAST.last)
        again = await finished.list_unbilled(office.client_id, LAST.first, LAST.last)
    assert [item.finished_on for item in first] == [OTHER, LAST.last]
    assert [item.item_id for item in again] == [first[1].item_id]
    assert date(LAST.year, LAST.month, 1) == LAST.first

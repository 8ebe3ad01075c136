"""Agreed prices: written, agreed by a second person, never changed, followed by others."""

import asyncio
from datetime import date
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.queries.profile import get_profile
from tatausaha.invoicing.rules.pricing import Part, Tier
from tatausaha.invoicing.rules.succession import Span, cut, last_before, misend, misfit
from tatausaha.invoicing.rules.wording import count_words, parse_count
from tatausaha.invoicing.service import drafting
from tests.api import program_of
from tests.invoicing.prices import USUAL, make_prices
from tests.make import Office, Person, agree, make_client
from tests.work.test_work import count_queries


def typed(**changes: Any) -> dict[str, Any]:
    """A list as the form sends it: 120 payslips of which 100 are included, hours, and a fixed fee."""
    return {
        **{"name": "Harga 2027", "starts_on": "1/1/2027", "minimum": "1.000.000", "terms_days": "14"},
        **{"kind-0": "retainer", "label-0": "Biaya tetap", "price-0": "500.000", "ppn-0": "normal", "pph23-0": ""},
        **{"kind-1": "payslip", "price-1": "5.000", "included-1": "100", "ppn-1": "normal", "pph23-1": "accounting"},
        **{"above_1-1": "150", "beyond_1-1": "4.500", "kind-2": "hour", "price-2": "250.000", "included-2": "1:30"},
        **{"ppn-2": "exempt", "pph23-2": "labour", "kind-3": "", "ppn-3": "normal", "pph23-3": ""},
        **changes,
    }


async def create(person: Person, office: Office, **changes: Any) -> str:
    """The address of a new draft."""
    form = {"client_id": str(office.client_id), "token": str(uuid7()), **typed(**changes)}
    answer, again = [await person.post("/prices", form) for _ in range(2)]
    assert answer.headers["location"] == again.headers["location"]
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def look(office: Office, address: str) -> PriceList:
    async with office.scope():
        found = await prices.list_of_client(office.client_id)
        return await prices.get_list(next(one.id for one in found if str(one.id) in address))


async def test_prices_are_written_by_one_and_agreed_by_another(office: Office) -> None:
    address = await create(office.manager, office)
    written = (await look(office, address)).lines
    assert [(one.kind, one.price, one.included, one.ppn, one.pph23) for one in written] == [
        ("retainer", 500_000, 0, "normal", ""),
        ("payslip", 5_000, 100, "normal", "accounting"),
        ("hour", 250_000, 90, "exempt", "labour"),
    ]
    assert (written[1].tiers, bool(written[1].label)) == ((Tier(150, 4_500),), True)

    shown = (await office.manager.get(f"{address}?payslip=120&hour=2:30")).text
    assert "Rp 100.000" in shown.replace("Rp 100,000", "Rp 100.000")
    assert "Rp 850.000" in shown.replace("Rp 850,000", "Rp 850.000")  # 500.000 + 100.000 + one hour

    assert (await office.manager.post(f"{address}/propose")).status_code == 303
    async with office.scope():
        change = await db.value("select id from change_request where kind = 'price_list.agree'")
    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 403
    assert (await office.worker.get(f"/changes/{change}")).status_code == 404
    assert "Harga 2027" in (await office.owner.get(f"/changes/{change}")).text
    edited = await office.manager.post(address, {"version": "2", **typed()})
    assert edited.status_code == 409

    assert (await office.owner.post(f"/changes/{change}/approve")).status_code == 303
    agreed = await look(office, address)
    assert (agreed.state, agreed.agreed_name) == ("agreed", "Owner")
    assert (await office.owner.post(address, {"version": str(agreed.version), **typed()})).status_code == 409
    program = await program_of(office, "manager")
    (listed,) = (await program.get(f"/api/v1/price-lists?client={office.client_id}")).json()["items"]
    assert (listed["name"], [line["price"] for line in listed["lines"]]) == ("Harga 2027", [500_000, 5_000, 250_000])


async def test_what_was_typed_wrongly_is_told_at_its_field_and_nothing_is_kept(office: Office) -> None:
    wrong = {
        "label-0": {"kind-0": ""},  # a price of nothing
        "included-0": {"included-0": "5"},
        "kind-2": {"kind-2": "payslip"},
        "included-1": {"included-1": "10,5"},
        "above_1-1": {"above_1-1": "90"},
        "above_2-1": {"above_2-1": "140", "beyond_2-1": "4.000"},
        "above_3-1": {"above_3-1": "200", "beyond_3-1": ""},
        "starts_on": {"starts_on": "31/2/2027"},
        "ends_on": {"ends_on": "31/12/2026"},
        "terms_days": {"terms_days": "999"},
    }
    for field, changes in wrong.items():
        answer = await office.manager.post(
            "/prices", {"client_id": str(office.client_id), "token": str(uuid7()), **typed(**changes)}
        )
        told = field.replace("label", "kind")
        assert (answer.status_code, f'id="{told}-error"' in answer.text) == (422, True), field
    async with office.scope():
        await db.execute("update client set services = '{people}' where id = $1", office.client_id)
    answer = await office.manager.post(
        "/prices", {"client_id": str(office.client_id), "token": str(uuid7()), **typed()}
    )
    assert 'id="kind-1-error"' in answer.text
    async with office.scope():
        assert await db.value("select count(*) from price_list") == 0


async def test_a_list_that_is_agreed_ends_the_one_before_and_none_begins_in_a_billed_month(office: Office) -> None:
    async with office.scope():
        first = await make_prices(office.client_id, starts_on=date(2026, 3, 10))
        await db.execute(
            "insert into client_invoice (client_id, price_list_id, period, state) values ($1, $2, $3, 'waiting')",
            *(office.client_id, first, date(2026, 10, 1)),
        )
    assert "Harga 2026" in (await office.manager.get(f"/prices?client={office.client_id}")).text
    copy = (await office.manager.get(f"/prices/new?from={first}")).text
    assert 'value="Slip gaji"' in copy

    billed = await create(office.manager, office, starts_on="1/10/2026")
    refused = await office.manager.post(f"{billed}/propose")
    within = await create(office.manager, office, starts_on="15/12/2026")
    assert (refused.status_code, (await office.manager.post(f"{within}/propose")).status_code) == (409, 409)

    address = await create(office.manager, office, starts_on="1/12/2026")
    await office.manager.post(f"{address}/propose")
    assert await agree(office) == ["price_list.agree"]
    async with office.scope():
        lists = [(one.starts_on, one.ends_on) for one in await prices.list_of_client(office.client_id) if one.agreed_at]
    assert lists == [(date(2026, 12, 1), None), (date(2026, 3, 10), date(2026, 11, 30))]

    early = await office.manager.post(f"/prices/{first}/end", {"ends_on": "15/10/2026"})
    assert (early.status_code, 'id="ends_on-error"' in early.text) == (422, True)
    await office.manager.post(f"/prices/{first}/end", {"ends_on": "31/10/2026", "reason": "berhenti"})
    assert await agree(office) == ["price_list.end"]
    assert (await look(office, str(first))).ends_on == date(2026, 10, 31)


async def test_drafts_of_invoices_follow_the_prices_and_go_when_none_hold(office: Office) -> None:
    async with office.scope():
        first = await make_prices(office.client_id, starts_on=date(2026, 1, 1))
        for month in (9, 10):
            await drafting.draft(office.client_id, Period(2026, month))
    address = await create(office.manager, office, starts_on="1/10/2026", **{"minimum": "7.000.000"})
    await office.manager.post(f"{address}/propose")
    await agree(office)
    query = "select extract(month from period)::int as month, subtotal from client_invoice order by period"
    async with office.scope():
        assert [tuple(row) for row in await db.records(query)] == [(9, 2_000_000), (10, 7_000_000)]

    await office.manager.post(f"/prices/{first}/end", {"ends_on": "15/9/2026"})
    await office.manager.post(f"{address}/end", {"ends_on": "1/10/2026"})
    await agree(office)
    async with office.scope():
        assert [tuple(row) for row in await db.records(query)] == [(9, 1_000_000), (10, 225_806)]
    await office.manager.post(f"/prices/{first}/end", {"ends_on": "31/8/2026"})
    await agree(office)
    async with office.scope():
        assert [row["month"] for row in await db.records(query)] == [10]


async def test_who_wrote_a_list_does_not_agree_to_it_though_another_put_it_forward(office: Office) -> None:
    address = await create(office.manager, office)
    await office.owner.post(f"{address}/propose")
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")
    third = await office.hire("manager")
    answers = [await person.post(f"/changes/{change}/approve") for person in (office.manager, office.owner, third)]
    await third.http.aclose()

    assert [answer.status_code for answer in answers] == [403, 403, 303]


async def test_two_lists_agreed_at_once_leave_one_for_each_day(office: Office) -> None:
    for month in (1, 2):
        address = await create(office.manager, office, starts_on=f"1/{month}/2027")
        await office.manager.post(f"{address}/propose")
    async with office.scope():
        waiting = [row["id"] for row in await db.records("select id from change_request where state = 'pending'")]
    third = await office.hire("manager")
    people = zip((office.owner, third), waiting, strict=True)
    answers = await asyncio.gather(*(person.post(f"/changes/{one}/approve") for person, one in people))
    await third.http.aclose()

    # Whichever came second met other prices than it was asked for beside: it is void, or refused with a sentence.
    assert {answer.status_code for answer in answers} <= {303, 409}
    async with office.scope():
        assert await db.value("select count(*) from price_list where state = 'agreed'") == 1


async def test_the_overview_asks_as_much_for_many_clients_as_for_one(office: Office) -> None:
    few = await count_queries(office, "/prices")
    async with office.scope():
        for number in range(5):
            await make_prices(await make_client(name=f"PT {number}"))

    assert await count_queries(office, "/prices") == few


async def test_what_is_refused_or_taken_back_can_be_written_again(office: Office) -> None:
    address = await create(office.manager, office)
    await office.manager.post(f"{address}/propose")
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")
    await office.owner.post(f"/changes/{change}/reject", {"comment": "terlalu murah"})
    refused = await look(office, address)
    assert (refused.state, "terlalu murah" in (await office.manager.get(address)).text) == ("refused", True)

    saved = await office.manager.post(address, {"version": str(refused.version), **typed(**{"price-1": "6.000"})})
    assert saved.status_code == 303
    stale = await office.manager.post(address, {"version": str(refused.version), **typed()})
    assert stale.status_code == 409
    await office.manager.post(f"{address}/propose")
    await office.manager.post(f"{address}/take-back")
    assert (await look(office, address)).state == "draft"
    assert await agree(office) == []
    await office.manager.post(f"{address}/give-up", {"reason": "tidak jadi"})
    assert (await look(office, address)).refusal == "tidak jadi"


async def test_the_pages_show_clients_without_prices_first_and_the_profile_is_kept(office: Office) -> None:
    overview = (await office.owner.get("/prices")).text
    assert f"/prices/new?client={office.client_id}" in overview
    data = {"legal_name": "PT Tata Kelola", "address": "Jakarta", "npwp": "01.234.567.8-901.000", "pkp": "1"}
    data |= {"bank": "BCA", "bank_account": "123", "bank_holder": "PT Tata Kelola", "reminder_days": "20, 3"}
    wrong = await office.owner.post("/invoices/profile", {**data, "npwp": "12", "reminder_days": "0"})
    assert (wrong.status_code, 'id="npwp-error"' in wrong.text) == (422, True)
    assert 'id="reminder_days-error"' in wrong.text
    assert (await office.owner.post("/invoices/profile", {**data, "version": "0"})).status_code == 303
    assert (await office.owner.post("/invoices/profile", {**data, "version": "0"})).status_code == 409
    other = {**data, "version": "1", "bank_account": "987654321", "signer": "Dewi"}
    assert (await office.owner.post("/invoices/profile", other)).status_code == 303
    async with office.scope():
        before = await get_profile()
    assert await agree(office) == ["invoicing_profile.bank"]
    async with office.scope():
        assert (before.bank_account, before.signer, (await get_profile()).bank_account) == ("123", "Dewi", "987654321")
    shown = (await office.manager.get("/invoices/profile")).text
    assert 'value="0012345678901000"' in shown
    assert 'value="3, 20"' in shown


async def test_the_list_of_a_day_and_of_a_month_is_found_with_its_lines(office: Office) -> None:
    async with office.scope():
        first = await make_prices(office.client_id, starts_on=date(2026, 1, 11), ends_on=date(2026, 6, 15))
        await make_prices(office.client_id, (), date(2026, 7, 1), state="draft")
        held = await prices.find_agreed(office.client_id, date(2026, 6, 15))
        after = await prices.find_agreed(office.client_id, date(2026, 6, 16))
        months = [await prices.find_for_month(office.client_id, Period(2026, month)) for month in (1, 6, 7)]

    assert held is not None
    assert (held.id, after, months[2]) == (first, None, None)
    assert [(line.kind, line.price, line.tiers) for line in held.lines] == [
        (line.kind, line.price, line.tiers) for line in USUAL
    ]
    assert held.part_of(Period(2026, 1)) == Part(21, 31)
    assert (held.part_of(Period(2026, 6)), held.part_of(Period(2026, 7))) == (Part(15, 30), Part(0, 31))


@pytest.mark.parametrize(
    "statement",
    [
        "update price_list set minimum = 1 where id = $1",
        "update price_list set state = 'draft' where id = $1",
        "update price_line set price = 1 where price_list_id = $1",
        "delete from price_line where price_list_id = $1",
        "insert into price_list (client_id, name, starts_on, state)"
        " select client_id, 'x', '2026-06-01', 'agreed' from price_list where id = $1",
    ],
)
async def test_the_database_itself_keeps_what_was_agreed(office: Office, statement: str) -> None:
    async with office.scope():
        list_id = await make_prices(office.client_id)
    with pytest.raises(asyncpg.PostgresError, match="agreed"):
        async with office.scope():
            await db.execute(statement, list_id)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = st.builds(lambda a, b, ends: Span("x", min(a, b), max(a, b) if ends else None), days, days, st.booleans())


@settings(max_examples=80)
@given(st.lists(spans, max_size=8), st.lists(st.builds(Period.of, days), max_size=2))
def test_whatever_is_agreed_in_turn_a_day_has_one_list_and_a_month_is_billed_by_one(
    wanted: list[Span], billed: list[Period]
) -> None:
    agreed: list[Span] = []
    for new in wanted:
        if misfit(new, agreed, billed) is not None:
            continue
        if before := last_before(new, agreed):
            agreed[agreed.index(before)] = Span("x", before.starts_on, cut(before, new))
        agreed.append(new)
    months = [
        {Period.of(one.starts_on).first, *([Period.of(one.ends_on).first] if one.ends_on else [])} for one in agreed
    ]

    assert all(one.ends_on is None or one.ends_on >= one.starts_on for one in agreed)
    assert sum(map(len, months)) == len(set().union(*months))
    in_turn = sorted(agreed, key=lambda one: one.starts_on)
    assert all(a.ends_on and a.ends_on < b.starts_on for a, b in pairwise(in_turn))


def test_a_list_before_another_ends_in_the_month_before_that_one() -> None:
    after = [Span("y", date(2026, 5, 20))]

    assert misfit(Span("x", date(2026, 3, 1), date(2026, 4, 30)), after, []) is None
    assert misfit(Span("x", date(2026, 3, 1), date(2026, 5, 10)), after, []) is not None
    assert misfit(Span("x", date(2026, 3, 1)), after, []) is not None


def test_an_end_leaves_billed_months_whole_and_comes_only_earlier() -> None:
    span = Span("x", date(2026, 1, 10), date(2026, 12, 31))
    billed = [Period(2026, 6)]

    assert [misend(span, day, billed) is None for day in (date(2026, 6, 30), date(2026, 6, 29))] == [True, False]
    assert [misend(span, day, []) is None for day in (date(2026, 1, 9), date(2026, 12, 31))] == [False, False]


def test_hours_are_written_as_clocks_and_everything_else_as_whole_numbers() -> None:
    assert [parse_count("hour", written) for written in ("10:30", "10,5", "10", "1.200")] == [630, 630, 600, 72_000]
    assert [count_words("hour", count) for count in (630, 600)] == ["10:30", "10"]
    assert (parse_count("payslip", "1.250"), count_words("payslip", 1_250)) == (1_250, "1.250")
    for kind, written in (("payslip", "1,5"), ("payslip", "-1"), ("hour", "x"), ("hour", "10:60"), ("shift", "")):
        with pytest.raises(ValueError, match=written.replace(".", "[.]") or "not a"):
            parse_count(kind, written)

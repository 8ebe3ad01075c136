"""Numbers of documents have no gaps and no doubles, whoever takes them and however they are written."""

import asyncio
from datetime import date

import pytest

from tatausaha.core import db, numbers
from tatausaha.core.db import client_scope
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.numbers import Pattern, fill, take
from tatausaha.people.rules import today
from tests.make import Office

NOVEMBER, DECEMBER = date(2026, 11, 22), date(2026, 12, 1)
PO = "purchase_order"


async def test_numbers_begin_anew_each_month_with_the_clients_code(office: Office) -> None:
    async with office.scope():
        code = await db.value("select code from client where id = $1", office.client_id)
        taken = [await take(office.client_id, PO, on) for on in (NOVEMBER, NOVEMBER, DECEMBER)]
        ahead = await numbers.preview(await numbers.get_pattern(office.client_id, PO), office.client_id, NOVEMBER)

    assert taken == [f"001/PO/{code}/XI/2026", f"002/PO/{code}/XI/2026", f"001/PO/{code}/XII/2026"]
    assert ahead == f"003/PO/{code}/XI/2026"


async def test_fifty_writers_at_once_get_fifty_numbers_and_those_who_fail_leave_no_gap(office: Office) -> None:
    async def write(which: int) -> str:
        async with client_scope(office.tenant_id, [office.client_id]):
            number = await take(office.client_id, PO, NOVEMBER)
            if which % 5 == 0:
                raise ZeroDivisionError
            return number

    written = await asyncio.gather(*map(write, range(50)), return_exceptions=True)

    taken = sorted(number.partition("/")[0] for number in written if isinstance(number, str))
    assert taken == [f"{count:03}" for count in range(1, 41)]


async def test_a_client_writes_its_numbers_in_its_own_way_and_voids_one_with_a_reason(office: Office) -> None:
    async with office.scope():
        first = await take(office.client_id, PO, NOVEMBER)
        own = Pattern(PO, "BELI-{year}.{month}-{n:04}", "year", "")
        following = await numbers.set_pattern(office.client_id, own, NOVEMBER)
        taken = [await take(office.client_id, PO, on) for on in (NOVEMBER, DECEMBER)]
        with pytest.raises(Conflict):
            await numbers.set_pattern(office.client_id, own, NOVEMBER)
        await numbers.void(office.client_id, PO, first, "Salah pemasok")
        voided = await numbers.list_voided(office.client_id)
        after = await take(office.client_id, PO, NOVEMBER)

    assert following == "BELI-2026.11-0002", "numbering goes on where the month's had come to"
    assert taken == ["BELI-2026.11-0002", "BELI-2026.12-0003"]
    assert [(one.number, one.void_reason) for one in voided] == [(first, "Salah pemasok")]
    assert after == "BELI-2026.11-0004"


@pytest.mark.parametrize(
    ("pattern", "reset"),
    [
        ("PO/{roman}/{year}", "month"),
        ("{n}/{n:03}/{month}/{year}", "month"),
        ("{n}/{year}", "month"),
        ("{n}/{month}", "year"),
        ("{n}/{month}/{year}/{unit}", "month"),
        ("{n.__class__}/{month}/{year}", "month"),
        ("{n}}/{month}/{year}", "month"),
        ("{{n}}/{month}/{year}", "month"),
        ("{n:99}/{month}/{year}", "month"),
        ("x" * 50 + "{n}/{month}/{year}", "month"),
    ],
)
def test_a_pattern_that_would_repeat_itself_or_says_nothing_known_is_refused(
    pattern: str, reset: numbers.Reset
) -> None:
    with pytest.raises(Invalid):
        numbers.check(pattern, reset)


@pytest.mark.parametrize("kind", numbers.KINDS)
def test_the_given_patterns_are_good_ones(kind: str) -> None:
    numbers.check(numbers.KINDS[kind].pattern, numbers.KINDS[kind].reset)


def test_a_pattern_is_filled_and_not_run() -> None:
    assert fill("{n:03}/PO/{client}/{roman}/{year}", 7, "ABC", date(2026, 11, 1)) == "007/PO/ABC/XI/2026"
    assert fill("{n}-{month}-{year}", 1234, "ABC", date(2026, 2, 28)) == "1234-02-2026"


async def test_managers_see_the_next_number_and_choose_the_pattern(office: Office) -> None:
    page = f"/clients/{office.client_id}/numbers"
    async with office.scope():
        code = await db.value("select code from client where id = $1", office.client_id)
        kept = await take(office.client_id, PO, today())
        await numbers.void(office.client_id, PO, kept, "Salah harga")

    wrong = await office.manager.post(f"{page}/{PO}", {"pattern": "{n}", "reset": "month", "version": "0"})
    form = {"pattern": "PB-{client}-{year}-{n:05}", "reset": "year", "version": "0"}
    saved = await office.manager.post(f"{page}/{PO}", form)
    again = await office.manager.post(f"{page}/{PO}", form)
    shown = await office.manager.get(page)

    assert [wrong.status_code, saved.status_code, again.status_code] == [422, 303, 409]
    assert f"PB-{code}-{today().year}-00002" in shown.text
    assert kept in shown.text
    assert "Salah harga" in shown.text
    assert (await office.manager.get(f"{page}/payslip")).status_code == 404
    assert (await office.worker.get(page)).status_code == 404


async def test_twenty_invoices_of_the_provider_at_once_share_one_series_that_no_client_sees(office: Office) -> None:
    async def write(which: int) -> str:
        async with office.scope():
            number = await take(None, "service_invoice", NOVEMBER)
            if which % 5 == 0:
                raise ZeroDivisionError
            return number

    written = await asyncio.gather(*map(write, range(20)), return_exceptions=True)
    async with office.scope():
        own = Pattern("service_invoice", "TK-{year}{month}-{n:04}", "month", "")
        following = await numbers.set_pattern(None, own, NOVEMBER)
        await numbers.void(None, "service_invoice", "003/INV/XI/2026", "Salah klien")
        voided = await numbers.list_voided(None)
        with pytest.raises(Invalid):
            await numbers.set_pattern(
                None, Pattern("service_invoice", "{n}/{client}/{year}{month}", "month", ""), DECEMBER
            )
    async with client_scope(office.tenant_id, [office.client_id]):
        seen = await db.value("select count(*) from number_taken")

    taken = sorted(number for number in written if isinstance(number, str))
    assert taken == [f"{count:03}/INV/XI/2026" for count in range(1, 17)]
    assert following == "TK-202611-0017"
    assert [one.number for one in voided] == ["003/INV/XI/2026"]
    assert seen == 0

"""Contracts, pay components and the tax year's opening of an employee."""

from datetime import date

from tatausaha.people import queries
from tests.make import Office, agree
from tests.people.make import employ


async def test_a_contract_that_overlaps_is_refused_and_names_the_other(office: Office) -> None:
    employee_id = await employ(office)
    clash = {"kind": "fixed_term", "starts_on": "01/06/2026", "ends_on": "31/05/2027"}
    refused = await office.worker.post(f"/people/{employee_id}/contracts", clash)
    assert refused.status_code == 422
    assert "05/01/2026" in refused.text

    async with office.scope():
        first = (await queries.list_contracts(employee_id))[0]
    ended = {"kind": "fixed_term", "starts_on": "05/01/2026", "ends_on": "31/05/2026"}
    assert (await office.worker.post(f"/people/{employee_id}/contracts/{first.id}", ended)).status_code == 303
    assert (await office.worker.post(f"/people/{employee_id}/contracts", clash)).status_code == 303


async def test_a_fixed_term_needs_an_end_and_a_permanent_contract_has_none(office: Office) -> None:
    employee_id = await employ(office)
    for form in (
        {"kind": "fixed_term", "starts_on": "01/01/2020"},
        {"kind": "permanent", "starts_on": "01/01/2020", "ends_on": "31/12/2020"},
        {"kind": "fixed_term", "starts_on": "01/01/2020", "ends_on": "31/12/2019"},
    ):
        answer = await office.worker.post(f"/people/{employee_id}/contracts", form)
        assert answer.status_code == 422
        assert 'id="ends_on-error"' in answer.text


async def test_a_new_amount_ends_the_old_one_the_day_before_and_keeps_what_is_planned(office: Office) -> None:
    employee_id = await employ(office, joined_on="05/01/2024", basic="5.000.000")
    for amount, day in (("7.000.000", "01/01/2027"), ("6.000.000", "01/07/2026")):
        form = {"code": "basic", "amount": amount, "starts_on": day}
        assert (await office.worker.post(f"/people/{employee_id}/components", form)).status_code == 303
    assert await agree(office) == ["employee.pay", "employee.pay"]

    async with office.scope():
        pay = [(one.amount, one.starts_on, one.ends_on) for one in await queries.list_components(employee_id)]
    assert pay == [
        (7_000_000, date(2027, 1, 1), None),
        (6_000_000, date(2026, 7, 1), date(2026, 12, 31)),
        (5_000_000, date(2024, 1, 5), date(2026, 6, 30)),
    ]


async def test_an_allowance_with_a_name_is_paid_beside_the_others_until_it_ends(office: Office) -> None:
    employee_id = await employ(office, fixed_allowance="100.000")
    form = {"code": "fixed_allowance", "name": "Tunjangan Jabatan", "amount": "300.000", "starts_on": "01/02/2026"}
    await office.worker.post(f"/people/{employee_id}/components", form)
    await agree(office)
    async with office.scope():
        named = next(one for one in await queries.list_components(employee_id) if one.name)
    early = await office.worker.post(f"/people/{employee_id}/components/{named.id}/end", {"ends_on": "31/01/2026"})
    assert early.status_code == 422
    ended = await office.worker.post(f"/people/{employee_id}/components/{named.id}/end", {"ends_on": "31/12/2026"})
    assert ended.status_code == 303
    await agree(office)

    async with office.scope():
        ends = {one.name: one.ends_on for one in await queries.list_components(employee_id)}
    assert ends == {"": None, "Tunjangan Jabatan": date(2026, 12, 31)}


async def test_what_a_previous_employer_paid_and_withheld_is_kept_once_a_year(office: Office) -> None:
    employee_id = await employ(office)
    for net in ("40.000.000", "45.000.000"):
        form = {"year": "2026", "kind": "previous_employer", "net": net, "withheld": "1.200.000"}
        assert (await office.worker.post(f"/people/{employee_id}/openings", form)).status_code == 303
        await agree(office)

    async with office.scope():
        openings = await queries.list_openings(employee_id)
    assert [(one.year, one.net, one.withheld) for one in openings] == [(2026, 45_000_000, 1_200_000)]
    assert (await office.worker.post(f"/people/{employee_id}/openings/{openings[0].id}/remove")).status_code == 303


async def test_impossible_openings_are_refused_at_their_fields(office: Office) -> None:
    employee_id = await employ(office)
    form = {"year": "20x6", "kind": "take_on", "months": "13", "gross": "-1"}
    assert (await office.worker.post(f"/people/{employee_id}/openings", form)).status_code == 422
    answer = await office.worker.post(f"/people/{employee_id}/openings", {**form, "gross": "1"})

    assert 'id="year-error"' in answer.text
    assert 'id="months-error"' in answer.text


async def test_the_terms_of_one_employee_are_not_reached_through_another(office: Office) -> None:
    first, second = await employ(office, number="1"), await employ(office, number="2")
    async with office.scope():
        contract = (await queries.list_contracts(first))[0]
        component = (await queries.list_components(first))[0]

    for path in (
        f"contracts/{contract.id}/remove",
        f"components/{component.id}/remove",
        f"components/{component.id}/end",
    ):
        assert (await office.worker.post(f"/people/{second}/{path}")).status_code == 404


async def test_every_form_of_an_employee_opens(office: Office) -> None:
    employee_id = await employ(office)
    async with office.scope():
        contract = (await queries.list_contracts(employee_id))[0]
        component = (await queries.list_components(employee_id))[0]
    forms = ("edit", "end", "contracts/new", "components/new", "openings/new")
    own = (f"contracts/{contract.id}", f"components/{component.id}/end")
    for path in (
        *(f"/people/{employee_id}/{form}" for form in (*forms, *own)),
        "/people/new",
        "/people/import",
        "/people/export",
    ):
        answer = await office.worker.get(path)
        assert answer.status_code == 200, path
        assert "PT Maju Bersama" in answer.text, path

"""What a company reads of itself: its home, its payslips, its reports, and nothing that is not its own."""

import re

import pytest

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.ids import uuid7
from tatausaha.payroll import queries as payroll
from tatausaha.payroll import service
from tatausaha.portal import queries
from tests.make import Office, Person, drain, make_client, make_employees
from tests.portal.stories import JULY, JUNE, calculated_run, publish, published_run, review, waiting_run

NAME = re.compile(r'<th scope="row">([^<]+)<span class="note">')
PAGES = ("/portal", "/portal/approvals", "/portal/payslips", "/portal/reports")


async def rename(office: Office, *names: str) -> None:
    """Give the client's people these names, in the order in which they were hired."""
    async with office.scope():
        people = await db.records("select id from employee order by name, id")
        for person, name in zip(people, names, strict=True):
            await db.execute("update employee set name = $2 where id = $1", person["id"], name)


async def payslips(person: Person, address: str = "") -> list[str]:
    """The names in the list of payslips."""
    page = await person.get(f"/portal/payslips{address}")
    assert page.status_code == 200
    return NAME.findall(page.text)


async def corrected(office: Office) -> None:
    """A published month in which the first person's slip was corrected by a bonus of a million, and published again."""
    origin = await published_run(office, hire=2)
    maker = Actor(office.worker.member_id, office.worker.name, "worker")
    with acting(maker):
        async with office.scope():
            slip = (await payroll.page_run_slips(origin))[0]
            run_id = await service.correct(slip.id, "Bonus terlewat")
            await db.execute(
                "insert into pay_input (client_id, run_id, employee_id, code, amount) values ($1, $2, $3, 'bonus', 1000000)",
                *(office.client_id, run_id, slip.employee_id),
            )
            await service.calculate(run_id)
    await drain(office.tenant_id)
    figures = await review(office, run_id)
    page = (await office.approver.get(f"/portal/approvals/{run_id}")).text
    assert "Pegawai 00000" in page
    answer = await office.approver.post(f"/portal/approvals/{run_id}/approve", {"figures_hash": figures})
    assert answer.status_code == 303
    await publish(office, run_id)


@pytest.mark.parametrize("path", PAGES)
async def test_a_new_client_is_told_what_will_appear(office: Office, path: str) -> None:
    page = await office.viewer.get(path)

    assert page.status_code == 200
    assert 'class="empty-state"' in page.text
    assert "PT Maju Bersama" in page.text


@pytest.mark.parametrize("path", PAGES)
async def test_the_portal_is_for_the_clients_people_alone(office: Office, path: str) -> None:
    assert (await office.manager.get(path)).status_code == 404


async def test_what_waits_stands_on_the_home_page_with_its_totals(office: Office) -> None:
    run_id, _ = await waiting_run(office)
    async with office.scope():
        totals = (await payroll.get_run(run_id)).totals

    page = (await office.approver.get("/portal")).text

    assert f'href="/portal/approvals/{run_id}"' in page
    assert f"{totals.net_pay:,}".replace(",", ".") in page
    assert f"{totals.employer_cost:,}".replace(",", ".") in page


async def test_a_published_month_brings_payslips_and_reports_that_open(office: Office) -> None:
    await published_run(office, hire=2)

    for path in ("/portal", "/portal/reports", "/portal/payslips"):
        links = re.findall(r'href="(/documents/[^"]+)"', (await office.viewer.get(path)).text)
        assert len(links) == (2 if path == "/portal/payslips" else 7)
        for link in links:
            assert (await office.viewer.get(link)).status_code == 200
    assert (await office.viewer.get("/portal")).text.count("data-chart=") == 2


async def test_slips_that_are_not_published_are_not_listed(office: Office) -> None:
    await calculated_run(office, JUNE)
    assert await payslips(office.viewer) == []

    await published_run(office, JULY, hire=0)
    assert len(await payslips(office.viewer)) == 3
    assert await payslips(office.viewer, "?month=2026-06") == []


async def test_a_payslip_is_found_by_any_word_of_the_name_and_by_month(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 3)
    await rename(office, "Agus Pratama", "Sari Dewi", "Dewi Lestari Putri")
    await published_run(office, JUNE, hire=0)
    await published_run(office, JULY, hire=0)

    assert await payslips(office.viewer, "?q=DEWI&month=2026-07") == ["Dewi Lestari Putri", "Sari Dewi"]
    assert await payslips(office.viewer, "?q=putri") == ["Dewi Lestari Putri"] * 2
    assert await payslips(office.viewer, "?q=%25") == []


async def test_pages_of_payslips_follow_each_other_without_gap_or_repeat(office: Office) -> None:
    await published_run(office, JUNE, hire=30)
    await published_run(office, JULY, hire=0)

    seen, address = list[str](), "/portal/payslips"
    while address:
        page = (await office.viewer.get(address)).text
        seen += NAME.findall(page)
        following = re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next" href="([^"]+)"', page)
        address = (following[1] or following[2]).replace("&amp;", "&") if following else ""

    names = [f"Pegawai {n:05}" for n in range(30)]
    assert seen == names + names


async def test_a_corrected_slip_counts_once_in_lists_and_with_its_difference_in_costs(office: Office) -> None:
    await corrected(office)

    page = (await office.viewer.get("/portal/payslips")).text
    async with office.scope():
        (june,) = await queries.list_costs(office.client_id)
        cost = await db.value("select sum(employer_cost)::bigint from slip where not superseded")

    assert page.count("Pegawai 00000<") == 1
    assert (june.people, june.pay + june.employer_bpjs) == (2, cost)


async def test_a_correction_shows_the_old_and_the_new_figures(office: Office) -> None:
    await corrected(office)

    listed = (await office.viewer.get("/portal/approvals")).text
    async with office.scope():
        run_id = await db.value("select id from pay_run where kind = 'correction'")
        found = await db.records("select net_pay from slip where employee_name = 'Pegawai 00000' order by version")
    old, new = (record["net_pay"] for record in found)
    page = (await office.viewer.get(f"/portal/approvals/{run_id}")).text

    for amount in (new, old, new - old):
        assert f"{amount:,}".replace(",", ".") in page
    assert f"+Rp {new - old:,}".replace(",", ".") in listed


async def test_lists_hold_nothing_of_another_client_of_the_same_provider(office: Office) -> None:
    await published_run(office, hire=1)
    async with office.scope():
        neighbour = await make_client(name="PT Sebelah")
    stranger = await office.hire("viewer", neighbour)

    for path in PAGES:
        page = (await stranger.get(path)).text
        assert "PT Sebelah" in page
        assert "Maju Bersama" not in page
        assert "/documents/" not in page
    assert await payslips(stranger) == []
    await stranger.http.aclose()


@pytest.mark.parametrize("path", PAGES)
async def test_nonsense_in_the_address_shows_the_page_all_the_same(office: Office, path: str) -> None:
    await published_run(office, hire=1)

    for nonsense in ("after=%00%ff", "after=WzEsMl0", f"month=0000-99&q={uuid7()}", "q=" + "x" * 3000):
        assert (await office.viewer.get(f"{path}?{nonsense}")).status_code == 200


async def test_the_rule_of_the_passwords_is_told_where_payslips_have_one(office: Office) -> None:
    await published_run(office, hire=1)
    open_page = (await office.viewer.get("/portal/payslips")).text
    async with office.scope():
        await db.execute("update client set payslip_password = 'birth_nik'")

    assert (await office.viewer.get("/portal/payslips")).text.count("NIK") > open_page.count("NIK")


async def test_a_logo_is_shown_only_where_there_is_one(office: Office) -> None:
    assert "<img" not in (await office.viewer.get("/portal")).text
    async with office.scope():
        await db.execute("update client set logo_key = 'somewhere'")

    assert f'<img src="/clients/{office.client_id}/logo"' in (await office.viewer.get("/portal")).text


async def test_pages_ask_the_database_the_same_number_of_times_however_much_there_is(office: Office) -> None:
    await published_run(office, JUNE, hire=1)
    few = [await count_queries(office, path) for path in PAGES]
    await published_run(office, JULY, hire=20)
    many = [await count_queries(office, path) for path in PAGES]

    assert few == many
    assert max(many) <= 13


async def count_queries(office: Office, path: str) -> int:
    """How many statements a page sends, those that find the session among them."""
    seen: list[object] = []
    assert db.DB.pool is not None
    connections = [holder._con for holder in db.DB.pool._holders if holder._con]
    for connection in connections:
        connection.add_query_logger(seen.append)
    answer = await office.viewer.get(path)
    for connection in connections:
        connection.remove_query_logger(seen.append)
    assert answer.status_code == 200
    return len(seen)

"""The client's word about a month: given once, for exactly what was shown, by those who may give it."""

import asyncio
import re
from uuid import UUID

import httpx
import pytest

from tatausaha.core.ids import uuid7
from tatausaha.payroll import queries
from tests.make import Office, Person, drain, make_client
from tests.portal.stories import JULY, JUNE, calculated_run, published_run, review, state_of, waiting_run


def at(run_id: UUID, verb: str = "") -> str:
    return f"/portal/approvals/{run_id}{verb}"


async def told(person: Person, answer: httpx.Response) -> str:
    """What the page after a form says on top."""
    assert answer.status_code == 303, answer.text
    page = await person.get(answer.headers["location"])
    assert page.status_code == 200
    said = re.search(r'id="messages">(.*?)<button', page.text, re.DOTALL)
    return said[1] if said else ""


async def decisions(office: Office, run_id: UUID, action: str) -> int:
    async with office.scope():
        return [step.action for step in await queries.list_steps(run_id)].count(action)


async def test_an_approver_reads_the_figures_and_approves_exactly_them(office: Office) -> None:
    run_id, figures = await waiting_run(office)

    page = await office.approver.get(at(run_id))
    shown = re.search(r'name="figures_hash" value="([0-9a-f]{64})"', page.text)
    assert shown is not None
    assert shown[1] == figures
    answer = await office.approver.post(at(run_id, "/approve"), {"figures_hash": shown[1]})

    assert await told(office.approver, answer) != ""
    assert await state_of(office, run_id) == "approved"
    assert "figures_hash" not in (await office.approver.get(at(run_id))).text


async def test_a_double_click_approves_once_and_says_so(office: Office) -> None:
    run_id, figures = await waiting_run(office)

    first = await office.approver.post(at(run_id, "/approve"), {"figures_hash": figures})
    second = await office.approver.post(at(run_id, "/approve"), {"figures_hash": figures})

    assert first.status_code == 303
    assert await told(office.approver, second) != ""
    others = await office.approver.post(at(run_id, "/approve"), {"figures_hash": "0" * 64})
    assert others.status_code == 409
    assert await decisions(office, run_id, "approved") == 1


async def test_of_two_approvers_at_once_one_wins_and_the_other_is_told_by_whom(office: Office) -> None:
    run_id, figures = await waiting_run(office)
    budi = await office.hire("approver", office.client_id, "Budi Santoso")
    sari = await office.hire("approver", office.client_id, "Sari Dewi")

    answers = await asyncio.gather(
        *(person.post(at(run_id, "/approve"), {"figures_hash": figures}) for person in (budi, sari))
    )

    assert await decisions(office, run_id, "approved") == 1
    async with office.scope():
        winner = (await queries.list_steps(run_id))[-1].actor_name
    won = 0 if winner == "Budi Santoso" else 1
    assert winner not in await told((budi, sari)[won], answers[won])
    assert winner in await told((budi, sari)[1 - won], answers[1 - won])
    await asyncio.gather(budi.http.aclose(), sari.http.aclose())


async def test_other_figures_than_those_looked_at_are_not_approved(office: Office) -> None:
    run_id, _ = await waiting_run(office)

    for sent in ("0" * 64, ""):
        answer = await office.approver.post(at(run_id, "/approve"), {"figures_hash": sent})
        assert answer.status_code == 409

    assert await state_of(office, run_id) == "reviewed"


async def test_an_approver_sends_back_with_a_comment_that_the_office_reads(office: Office) -> None:
    run_id, figures = await waiting_run(office)

    answer = await office.approver.post(at(run_id, "/return"), {"comment": "Lembur Sari belum ada"})

    assert answer.headers["location"] == "/portal/approvals"
    assert "Lembur Sari belum ada" in (await office.approver.get("/portal/approvals")).text
    assert await state_of(office, run_id) == "draft"
    async with office.scope():
        assert (await queries.list_steps(run_id))[-1].comment == "Lembur Sari belum ada"
    late = await office.approver.post(at(run_id, "/approve"), {"figures_hash": figures})
    assert (late.status_code, "Approver" in late.text) == (409, True)
    again = await office.approver.post(at(run_id, "/return"), {"comment": "dua kali"})
    assert again.status_code == 303
    assert await decisions(office, run_id, "returned") == 1


async def test_sending_back_without_a_comment_asks_for_one_beside_the_figures(office: Office) -> None:
    run_id, _ = await waiting_run(office)

    answer = await office.approver.post(at(run_id, "/return"), {"comment": "  "})

    assert answer.status_code == 422
    assert 'id="comment-error"' in answer.text
    assert "PT Maju Bersama" in answer.text
    assert await state_of(office, run_id) == "reviewed"


async def test_what_is_approved_cannot_be_sent_back(office: Office) -> None:
    run_id, figures = await waiting_run(office)
    await office.approver.post(at(run_id, "/approve"), {"figures_hash": figures})

    answer = await office.approver.post(at(run_id, "/return"), {"comment": "terlambat"})

    assert (answer.status_code, "Approver" in answer.text) == (409, True)
    assert await state_of(office, run_id) == "approved"


async def test_a_viewer_sees_the_figures_and_cannot_act(office: Office) -> None:
    run_id, figures = await waiting_run(office)

    page = await office.viewer.get(at(run_id))
    approved = await office.viewer.post(at(run_id, "/approve"), {"figures_hash": figures})
    returned = await office.viewer.post(at(run_id, "/return"), {"comment": "x"})

    assert page.status_code == 200
    assert "figures_hash" not in page.text
    assert f'action="{at(run_id)}' not in page.text
    assert (approved.status_code, returned.status_code) == (404, 404)
    assert await state_of(office, run_id) == "reviewed"


@pytest.mark.parametrize("path", ["", "/people"])
async def test_a_run_that_is_still_being_made_does_not_exist_for_the_client(office: Office, path: str) -> None:
    run_id = await calculated_run(office)

    assert (await office.approver.get(at(run_id, path))).status_code == 404
    assert str(run_id) not in (await office.approver.get("/portal/approvals")).text
    for verb, values in (("/approve", {"figures_hash": "0" * 64}), ("/return", {"comment": "x"})):
        assert (await office.approver.post(at(run_id, verb), values)).status_code == 404


async def test_another_clients_run_does_not_exist(office: Office, other_office: Office) -> None:
    foreign, figures = await waiting_run(other_office)
    async with office.scope():
        neighbour = await make_client(name="PT Sebelah")
    stranger = await office.hire("approver", neighbour)
    own, own_figures = await waiting_run(office)

    for person, run_id, hash_ in ((office.approver, foreign, figures), (stranger, own, own_figures)):
        for path in ("", "/people"):
            assert (await person.get(at(run_id, path))).status_code == 404
        assert (await person.post(at(run_id, "/approve"), {"figures_hash": hash_})).status_code == 404
        assert (await person.post(at(run_id, "/return"), {"comment": "x"})).status_code == 404
    assert (await office.approver.get(at(uuid7()))).status_code == 404
    await stranger.http.aclose()


async def test_the_month_stands_beside_the_month_before_with_who_is_new(office: Office) -> None:
    await published_run(office, JUNE, hire=2)
    run_id = await calculated_run(office, JULY, hire=1, basic=7_654_321, department="Gudang Baru")
    await review(office, run_id)

    page = (await office.approver.get(at(run_id))).text

    assert 'id="changes-heading"' in page
    assert "Gudang Baru" in page
    assert page.count("Gudang Baru") == 1
    assert "Juni 2026" in page


async def test_a_month_that_the_client_has_not_seen_is_not_compared_with(office: Office) -> None:
    await calculated_run(office, JUNE, hire=2)
    run_id = await calculated_run(office, JULY, hire=0)
    await review(office, run_id)

    page = (await office.approver.get(at(run_id))).text

    assert 'id="changes-heading"' not in page
    assert "Juni 2026" not in page


async def test_what_the_makers_write_to_each_other_is_not_shown(office: Office) -> None:
    run_id = await calculated_run(office)
    await office.manager.post(f"/payroll/{run_id}/return", {"comment": "catatan dalam kantor"})
    await office.worker.post(f"/payroll/{run_id}/calculate")
    await drain(office.tenant_id)
    await review(office, run_id)

    page = (await office.approver.get(at(run_id))).text

    assert "catatan dalam kantor" not in page
    assert "Manager" in page

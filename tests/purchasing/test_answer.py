"""A supplier answers an order through its link: without an account, without scripts, once."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.purchasing.queries.letters import AnswerView, list_answers
from tatausaha.purchasing.service.links import VISITS_PER_MINUTE, read_token, token_of
from tests.make import Office, agree, drain
from tests.purchasing.conftest import Inbox
from tests.purchasing.test_sending import order_of, orders_in, said, state_of


@pytest.fixture
async def supplier(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who has no account."""
    transport = httpx.ASGITransport(office.app, raise_app_exceptions=False, client=(uuid7().hex, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


async def link_of(office: Office, inbox: Inbox, **facts: str) -> tuple[UUID, str]:
    """An order that was sent, and the path of its link as the letter says it."""
    order_id = await order_of(office, **facts)
    await drain(office.tenant_id)
    return order_id, newest_link(inbox)


def newest_link(inbox: Inbox) -> str:
    found: list[str] = re.findall(r"http://testserver(/order/\S+)", said(orders_in(inbox)[-1]))
    return found[0]


async def answers_of(office: Office, order_id: UUID) -> list[AnswerView]:
    async with office.scope():
        return await list_answers(order_id)


async def line_of(office: Office, order_id: UUID) -> UUID:
    async with office.scope():
        found: UUID = await db.value("select id from purchase_order_line where order_id = $1", order_id)
    return found


async def test_looking_changes_nothing_and_the_first_answer_counts(
    office: Office, inbox: Inbox, supplier: httpx.AsyncClient
) -> None:
    order_id, link = await link_of(office, inbox)
    shown = [await supplier.get(link) for _ in range(3)][-1]
    document = await supplier.get(f"{link}/file")
    assert "Beras 5 kg" in shown.text
    assert "Confirm the order" in shown.text
    assert document.content.startswith(b"%PDF-")
    assert (await state_of(office, order_id), await answers_of(office, order_id)) == ("sent", [])

    both = [supplier.post(link, data={"kind": kind, "reason": "Habis"}) for kind in ("confirmed", "confirmed")]
    assert [answer.status_code for answer in await asyncio.gather(*both)] == [303, 303]
    assert (await supplier.post(link, data={"kind": "refused", "reason": "Habis"})).status_code == 303
    await drain(office.tenant_id)

    (answer,) = await answers_of(office, order_id)
    page = await office.worker.get(f"/purchasing/orders/{order_id}/letters")
    assert (answer.kind, await state_of(office, order_id)) == ("confirmed", "confirmed")
    assert answer.address
    assert answer.address in page.text
    assert "You confirmed this order" in (await supplier.get(link)).text
    assert [mail["To"] for mail in inbox.received if mail not in orders_in(inbox)] == [office.worker.email]


async def test_what_a_supplier_proposes_becomes_a_new_version_when_staff_accept_it(
    office: Office, inbox: Inbox, supplier: httpx.AsyncClient
) -> None:
    order_id, link = await link_of(office, inbox)
    line = await line_of(office, order_id)
    for quantity, day in (("zwölf", ""), ("-3", ""), ("9", "31/02/2027"), ("12", ""), ("0", "")):
        form = {"kind": "proposed", f"quantity-{line}": quantity, f"day-{line}": day, "comment": "Stok tipis"}
        answer = await supplier.post(link, data=form)
        assert answer.status_code == 422, (quantity, day)
        assert "Stok tipis" in answer.text
    form = {"kind": "proposed", f"quantity-{line}": "9.5", f"day-{line}": "04/12/2026", "name": "Rini"}
    assert (await supplier.post(link, data=form)).status_code == 303

    (proposal,) = await answers_of(office, order_id)
    path = f"/purchasing/orders/{order_id}/answers/{proposal.id}"
    assert [(one.ordered, one.quantity) for one in proposal.lines] == [(12_000, 9_500)]
    assert (await office.worker.post(f"{path}/accept")).status_code == 303
    assert (await office.worker.post(f"{path}/decline")).status_code == 409
    assert await agree(office) == ["purchase_order.release"]
    await drain(office.tenant_id)

    async with office.scope():
        order = await db.records(
            "select o.revision, o.state, o.expected_on::text, l.quantity, o.total from purchase_order o"
            " join purchase_order_line l on l.order_id = o.id where o.id = $1",
            order_id,
        )
    assert [tuple(row) for row in order] == [(2, "sent", "2026-12-04", 9_500, 617_500)]
    assert (await supplier.get(link)).status_code == 404
    assert (await supplier.post(newest_link(inbox), data={"kind": "confirmed"})).status_code == 303
    assert await state_of(office, order_id) == "confirmed"


async def test_a_proposal_that_is_declined_leaves_the_order_open_and_the_supplier_is_asked_again(
    office: Office, inbox: Inbox, supplier: httpx.AsyncClient
) -> None:
    order_id, link = await link_of(office, inbox)
    await supplier.post(link, data={"kind": "proposed", f"day-{await line_of(office, order_id)}": "04/12/2026"})
    (proposal,) = await answers_of(office, order_id)
    path = f"/purchasing/orders/{order_id}/answers/{proposal.id}/decline"
    assert (await office.worker.post(path, {"comment": "Perlu minggu ini"})).status_code == 303
    await drain(office.tenant_id)

    asked = orders_in(inbox)[-1]
    assert asked["In-Reply-To"] == orders_in(inbox)[0]["Message-ID"]
    assert "Perlu minggu ini" in said(asked)
    assert newest_link(inbox) == link
    assert (await supplier.post(link, data={"kind": "refused"})).status_code == 422
    assert (await supplier.post(link, data={"kind": "refused", "reason": "Tidak bisa"})).status_code == 303
    assert await state_of(office, order_id) == "refused"
    assert [one.kind for one in await answers_of(office, order_id)] == ["refused", "proposed"]


async def test_a_proposal_whose_new_version_is_rejected_waits_to_be_decided_on_again(
    office: Office, inbox: Inbox, supplier: httpx.AsyncClient
) -> None:
    order_id, link = await link_of(office, inbox)
    await supplier.post(link, data={"kind": "proposed", f"day-{await line_of(office, order_id)}": "04/12/2026"})
    (proposal,) = await answers_of(office, order_id)
    path = f"/purchasing/orders/{order_id}/answers/{proposal.id}"
    assert (await office.worker.post(f"{path}/accept")).status_code == 303
    assert "We write to you once they are decided on" in (await supplier.get(link)).text
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")
    assert (await office.manager.post(f"/changes/{change}/reject", {"comment": "Terlambat"})).status_code == 303

    assert (await answers_of(office, order_id))[0].waits
    assert (await office.worker.post(f"{path}/decline", {"comment": "Perlu minggu ini"})).status_code == 303
    await drain(office.tenant_id)
    assert "Perlu minggu ini" in said(orders_in(inbox)[-1])


async def test_only_the_words_that_we_made_open_an_order_and_only_for_so_long(
    office: Office, inbox: Inbox, supplier: httpx.AsyncClient
) -> None:
    _, link = await link_of(office, inbox)
    token = link.rpartition("/")[2]
    link_id = read_token(token)
    assert link_id is not None
    assert token_of(link_id) == token
    other = token_of(uuid7())
    for forged in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), other, token[:21] + other[21:], "x", "ä" * 43):
        assert (await supplier.get(f"/order/{forged}")).status_code == 404
        assert (await supplier.post(f"/order/{forged}", data={"kind": "confirmed"})).status_code == 404

    async with office.scope():
        await db.execute("update order_link set expires_at = now() where id = $1", link_id)
    assert (await supplier.get(link)).status_code == 404
    assert (await supplier.post(link, data={"kind": "confirmed"})).status_code == 404
    refused = [(await supplier.get(link)).status_code for _ in range(VISITS_PER_MINUTE)]
    assert refused[-1] == 429

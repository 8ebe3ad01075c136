"""An order leaves by e-mail once, whatever the mail server does, and again only when somebody means it."""

import re
from datetime import date
from email.message import EmailMessage
from uuid import UUID

import pytest

from tatausaha.core import bounces, db, numbers
from tatausaha.core.bounces import Report
from tatausaha.purchasing.queries.letters import LetterView, list_letters
from tatausaha.purchasing.service import documents, sending
from tests.make import Office, drain, make_item, make_order, make_place, make_supplier
from tests.purchasing.conftest import Inbox
from workers.runtime import execute


async def order_of(office: Office, **supplier: str) -> UUID:
    """A released order to a supplier, which is queued to be sent."""
    facts = {"email": "sales@sumber.example", "contact": "Ibu Rini", "language": "en", **supplier}
    async with office.scope():
        supplier_id = await make_supplier(office.client_id, **facts)
        place_id = await make_place(office.client_id, "Toko Pusat")
        rice = await make_item(office.client_id, f"B-{supplier_id}", "Beras 5 kg")
        order_id = await make_order(office.client_id, supplier_id, place_id, [(rice, 12_000, 65_000)])
        maker = office.worker.member_id
        number = await numbers.take(office.client_id, "purchase_order", date(2026, 11, 22))
        statement = "update purchase_order set maker_id = $2, number = $3 where id = $1"
        await db.execute(statement, order_id, maker, number)
        assert await sending.queue(order_id) == (facts["email"] != "")
    return order_id


async def letters_of(office: Office, order_id: UUID) -> list[LetterView]:
    async with office.scope():
        return await list_letters(order_id)


async def state_of(office: Office, order_id: UUID) -> str:
    async with office.scope():
        found: str = await db.value("select state from purchase_order where id = $1", order_id)
    return found


def said(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n")


def orders_in(inbox: Inbox) -> list[EmailMessage]:
    """What came for the supplier; staff are written to as well."""
    return [mail for mail in inbox.received if mail["To"] == "sales@sumber.example"]


async def revise(office: Office, order_id: UUID) -> None:
    """The same order as its next version, released."""
    async with office.scope():
        await db.execute(
            "insert into purchase_order_revision (client_id, order_id, revision, content, total)"
            " select client_id, order_id, 2, content, total from purchase_order_revision where order_id = $1",
            order_id,
        )
        await db.execute("update purchase_order set revision = 2, state = 'approved' where id = $1", order_id)
        await sending.queue(order_id)


async def test_an_order_arrives_in_the_clients_name_with_its_document_and_a_link(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    await drain(office.tenant_id)

    (mail,) = inbox.received
    (document,) = mail.iter_attachments()
    (letter,) = await letters_of(office, order_id)
    assert mail["From"] == "PT Maju Bersama <tata@example.test>"
    assert (mail["To"], mail["Reply-To"]) == ("sales@sumber.example", office.worker.email)
    assert mail["Message-ID"] == f"<order-{order_id}.1@tatausaha>"
    assert mail["Subject"].startswith("Purchase order 001/PO/")
    assert re.search(r"Dear Ibu Rini,.*Rp 780,000.*http://testserver/order/[\w-]{43}\n", said(mail), re.DOTALL)
    assert document.get_content_type() == "application/pdf"
    assert document.get_content().startswith(b"%PDF-")
    assert (letter.state, await state_of(office, order_id)) == ("sent", "sent")


async def attempt(office: Office, order_id: UUID) -> str:
    """One attempt at the mail of an order's newest letter, which may be the first; gives the letter's state."""
    async with office.scope():
        jobs = await db.records(
            "select j.id from job j join order_letter l on j.once_key in (l.id::text, l.mail_id::text)"
            " where l.order_id = $1 and j.state in ('queued', 'sent') order by j.id",
            order_id,
        )
    for job in jobs:
        await execute(job["id"])
    return (await letters_of(office, order_id))[0].state


async def test_a_server_that_is_slow_breaks_off_or_says_later_is_asked_again_until_it_takes_the_order(
    office: Office, inbox: Inbox
) -> None:
    order_id = await order_of(office)
    await attempt(office, order_id)
    for trouble in ("drop", "451 try later", "sleep"):
        inbox.rcpt = trouble
        assert await attempt(office, order_id) == "queued", trouble
        assert inbox.received == []
    inbox.rcpt, inbox.data = "250 OK", "452 full"
    assert await attempt(office, order_id) == "queued"
    inbox.data = "250 OK"

    assert await attempt(office, order_id) == "sent"
    assert [mail["Message-ID"] for mail in inbox.received] == [sending.message_id(order_id, 1)]


async def test_an_order_that_no_attempt_could_hand_over_is_told_and_so_is_one_without_a_document(
    office: Office, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, bare = await order_of(office), await order_of(office, email="bare@sumber.example")
    await attempt(office, late)
    inbox.rcpt = "451 try later"
    async with office.scope():
        await db.execute(
            "update job set attempt = max_attempts - 1 where kind in ('mail.send', 'purchasing.send_order')"
        )

    async def broken(*_: object) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr(documents, "order_pdf", broken)
    assert [await attempt(office, order_id) for order_id in (late, bare)] == ["failed", "failed"]

    inbox.rcpt = "250 OK"
    await drain(office.tenant_id)
    assert [mail["To"] for mail in inbox.received] == [office.worker.email] * 2


async def test_an_order_that_the_server_refuses_is_shown_in_its_words_and_told(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    inbox.rcpt = "550 5.1.1 no such user"
    await drain(office.tenant_id)

    shown = await office.worker.get(f"/purchasing/orders/{order_id}/letters")
    (letter,) = await letters_of(office, order_id)
    assert (letter.state, await state_of(office, order_id)) == ("refused", "approved")
    assert "no such user" in shown.text
    async with office.scope():
        told = await db.records("select recipient from mail where template = 'order_news'")
    assert [row["recipient"] for row in told] == [office.worker.email]


async def test_an_answer_that_was_lost_is_uncertain_and_sent_again_only_on_purpose_with_the_same_id(
    office: Office, inbox: Inbox
) -> None:
    order_id = await order_of(office)
    inbox.data = "drop"
    await drain(office.tenant_id)
    await drain(office.tenant_id)
    assert (await letters_of(office, order_id))[0].state == "unconfirmed"
    assert len(orders_in(inbox)) == 1

    inbox.data, page = "250 OK", f"/purchasing/orders/{order_id}/letters"
    assert (await office.worker.post(page, {"sending": "2"})).status_code == 422
    for _ in range(2):
        assert (await office.worker.post(page, {"sending": "2", "again": "Tidak sampai"})).status_code == 303
    await drain(office.tenant_id)

    first, second = orders_in(inbox)
    assert first["Message-ID"] == second["Message-ID"] == sending.message_id(order_id, 1)
    assert [one.get_content() for one in first.iter_attachments()] == [
        one.get_content() for one in second.iter_attachments()
    ]
    assert [(one.sending, one.state, one.reason) for one in await letters_of(office, order_id)] == [
        (2, "sent", "Tidak sampai"),
        (1, "unconfirmed", ""),
    ]


async def test_a_new_version_says_what_it_replaces_and_ends_the_link_before(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office, language="id")
    await drain(office.tenant_id)
    await revise(office, order_id)
    await drain(office.tenant_id)

    first, second = inbox.received
    link = re.compile(r"http://testserver(/order/\S+)")
    old, new = link.findall(said(first))[0], link.findall(said(second))[0]
    assert second["Message-ID"] == sending.message_id(order_id, 2)
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert re.search(r"2\b.*1\b", said(second).splitlines()[0])
    assert (await office.viewer.get(old)).status_code == 404
    assert (await office.viewer.get(new)).status_code == 200


async def test_a_version_that_was_replaced_before_it_left_never_leaves(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    await revise(office, order_id)
    await drain(office.tenant_id)

    assert [mail["Message-ID"] for mail in inbox.received] == [sending.message_id(order_id, 2)]
    assert [one.state for one in await letters_of(office, order_id)] == ["sent", "cancelled"]


async def test_an_order_that_came_back_counts_as_not_sent_and_is_told(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    await drain(office.tenant_id)
    await bounces.note(Report(sending.message_id(order_id, 1), True, "550 5.1.1 User unknown"))
    await drain(office.tenant_id)

    shown = await office.worker.get(f"/purchasing/orders/{order_id}/letters")
    (letter,) = await letters_of(office, order_id)
    assert (letter.state, await state_of(office, order_id)) == ("bounced", "approved")
    assert "550 5.1.1 User unknown" in shown.text
    assert inbox.received[-1]["To"] == office.worker.email
    assert (
        await office.worker.post(f"/purchasing/orders/{order_id}/letters", {"sending": "2", "again": "x"})
    ).is_redirect
    await drain(office.tenant_id)
    assert await state_of(office, order_id) == "sent"


async def test_an_order_that_is_given_up_leaves_no_more_and_the_supplier_who_has_it_is_told(
    office: Office, inbox: Inbox
) -> None:
    early, late = await order_of(office, email="early@sumber.example"), await order_of(office)
    assert (await office.worker.post(f"/purchasing/orders/{early}/cancel", {"reason": "Salah"})).status_code == 303
    await drain(office.tenant_id)
    assert (await office.worker.post(f"/purchasing/orders/{late}/cancel", {"reason": "Toko tutup"})).status_code == 303
    await drain(office.tenant_id)

    order, told = inbox.received
    assert {mail["To"] for mail in inbox.received} == {"sales@sumber.example"}
    assert told["In-Reply-To"] == order["Message-ID"] == sending.message_id(late, 1)
    assert "Toko tutup" in said(told)


async def test_a_letter_on_its_way_to_the_server_is_not_handed_over_once_the_order_is_given_up(
    office: Office, inbox: Inbox
) -> None:
    order_id = await order_of(office)
    await attempt(office, order_id)
    async with office.scope():
        job_id = await db.value("update job set state = 'running' where kind = 'mail.send' returning id")
    assert (await office.worker.post(f"/purchasing/orders/{order_id}/cancel", {"reason": "Salah"})).status_code == 303
    async with office.scope():
        await db.execute("update job set state = 'queued' where id = $1", job_id)
    await drain(office.tenant_id)

    assert inbox.received == []
    assert (await letters_of(office, order_id))[0].state == "failed"


async def test_a_supplier_without_an_address_is_handed_the_order_until_one_is_entered(
    office: Office, inbox: Inbox
) -> None:
    order_id = await order_of(office, email="")
    page = f"/purchasing/orders/{order_id}/letters"
    assert (await office.worker.post(page, {"sending": "1"})).status_code == 409
    async with office.scope():
        await db.execute("update supplier set email = 'a@sumber.example'")
    assert (await office.worker.post(page, {"sending": "1"})).status_code == 303
    await drain(office.tenant_id)

    assert [mail["To"] for mail in inbox.received] == ["a@sumber.example"]


async def test_a_worker_that_dies_while_handing_over_leaves_the_order_uncertain(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    await attempt(office, order_id)
    async with office.scope():
        job_id = await db.value("select id from job where kind = 'mail.send'")
        await db.execute("update mail set state = 'sending'")

    await execute(job_id)

    assert (await letters_of(office, order_id))[0].state == "unconfirmed"
    assert inbox.received == []

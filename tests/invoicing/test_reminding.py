"""Reminders: at the chosen days, once each, never for what is paid or waits for its slip, and never against a person's word."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tatausaha.core import db, letters, outbox
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.jobs import RemindClients
from tatausaha.invoicing.queries import receivables
from tatausaha.invoicing.rules.settling import step_due
from tatausaha.invoicing.service import reminding
from tatausaha.people.rules import today
from tests.invoicing.month import make_profile
from tests.make import Office, drain, make_client, make_invoice
from workers.clock import PERIODIC
from workers.mail import compose

TODAY, DAY = today(), timedelta(1)
MONTHS = [Period(2026, month) for month in range(1, 13)]


async def late(office: Office, days: int, month: int, **more: Any) -> UUID:
    """An invoice that is so many days past its due day."""
    async with office.scope():
        return await make_invoice(office.client_id, MONTHS[month], due_on=TODAY - timedelta(days), **more)


async def remind(office: Office, *days: int) -> list[dict[str, Any]]:
    """What the next day's job does when reminders are due after so many days; gives all letters so far."""
    async with office.scope():
        await db.execute("update client_invoice set reminded_on = $1 where reminded_on = $2", TODAY - DAY, TODAY)
        await db.execute("update invoicing_profile set reminder_days = $1", list(days))
        await reminding.remind_late()
        return [
            dict(one)
            for one in await db.records("select * from mail where template = 'invoice_reminder' order by once_key")
        ]


def steps(found: list[dict[str, Any]], invoice_id: UUID) -> list[str]:
    return [one["once_key"].split()[2] for one in found if str(invoice_id) in one["once_key"]]


async def test_each_step_is_written_once_and_grows_firmer(office: Office) -> None:
    async with office.scope():
        await make_profile()
    one, not_yet, unsent = await late(office, 12, 0), await late(office, 2, 1), await late(office, 30, 2, sent_to="")
    assert steps(await remind(office, 12), one) == ["1"]
    assert steps(await remind(office, 12), one) == ["1"]
    found = await remind(office, 3, 5, 12)
    assert steps(found, one) == ["1", "3"], "who was not written to for long gets the latest step alone"
    assert (steps(found, not_yet), steps(found, unsent)) == ([], [])
    async with office.scope():
        texts = [compose(await letters.get_letter(mail["id"]), []).text for mail in found]
        now = await receivables.get_issued(one)
        history = await receivables.list_reminders(one)
    assert (now.reminders, now.reminded_on, len(history)) == (3, TODAY, 2)
    assert texts[0] != texts[1]
    assert all("1.090.000" in text.replace("\u00a0", " ") and "5270001234" in text for text in texts)


async def test_nothing_is_written_about_what_came_is_void_is_held_or_lacks_its_slip_alone(office: Office) -> None:
    async with office.scope():
        await make_profile()
    paid, short, void, held = [await late(office, 12, month) for month in range(4)]
    for key, amount in ((paid, "1.110.000"), (short, "1.090.000")):
        typed = {"token": str(uuid7()), "received_on": TODAY.isoformat(), "amount": amount, "reference": ""}
        assert (await office.manager.post(f"/invoices/{key}/payments", typed)).status_code == 303
    async with office.scope():
        await db.execute("update client_invoice set state = 'void', void_reason = 'salah' where id = $1", void)
    assert (await office.manager.post(f"/invoices/{held}/hold", {"hold_reason": ""})).status_code == 422
    assert (await office.manager.post(f"/invoices/{held}/hold", {"hold_reason": "keberatan"})).status_code == 303
    assert await remind(office, 3) == []
    for key in (paid, short, void, held):
        assert (await office.manager.post(f"/invoices/{key}/remind")).status_code == 409
    assert "keberatan" in (await office.manager.get(f"/invoices/{held}/money")).text

    assert (await office.manager.post(f"/invoices/{held}/release")).status_code == 303
    assert steps(await remind(office, 3), held) == ["1"]


async def test_a_person_reminds_once_a_day_at_most_and_all_who_got_the_invoice_are_written_to(office: Office) -> None:
    one = await late(office, 4, 0, sent_to="a@example.test, b@example.test")
    told = [(await office.manager.post(f"/invoices/{one}/remind")).status_code for _ in range(2)]
    async with office.scope():
        recipients = [row["recipient"] for row in await db.records("select recipient from mail order by recipient")]
        await make_client(name="PT Kedua")
        await outbox.enqueue(RemindClients(), once_key="tick 1")

    assert told == [303, 409]
    assert recipients == ["a@example.test", "b@example.test"]
    assert RemindClients.kind in await drain(office.tenant_id)
    async with office.scope():
        assert await db.value("select count(*) from mail") == 2, "never two letters on one day"
    assert any(isinstance(one.job, RemindClients) for one in PERIODIC)


@pytest.mark.parametrize(
    ("days_late", "sent", "step"),
    [(0, 0, None), (2, 0, None), (3, 0, 1), (9, 1, None), (10, 1, 2), (40, 0, 3), (40, 3, None)],
)
def test_a_step_is_due_at_its_day_and_only_beyond_what_was_sent(days_late: int, sent: int, step: int | None) -> None:
    assert step_due(days_late, (3, 10, 20), sent) == step

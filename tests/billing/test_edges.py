"""At the edges of the subscription: between two answers, between two states, and where billing is switched off."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from tatausaha.billing import inbox
from tatausaha.billing.jobs import Ask, Watch
from tatausaha.billing.queries import accounts, requests
from tatausaha.billing.rules.standing import stand
from tatausaha.billing.service import accounts as accounts_service
from tatausaha.billing.service import asking, carrying_out, notices
from tatausaha.billing.service.accounts import DetailsForm
from tatausaha.core import db, entitlements, process
from tatausaha.core.claims import claim
from tatausaha.core.entitlements import Standing
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import gettext, use_language
from tatausaha.core.outbox import enqueue
from tests.billing.records import fill_billing
from tests.billing.steps import Died, Dying, add_clients, begin_trial, night, subscribe, wish
from tests.billing.test_standing import DAY, GRACE, TODAY, TRIAL_ENDS, invoice, subscription
from tests.make import Office, drain
from tests.stripe_double import Double


def test_a_debt_that_was_passed_over_lets_no_later_payment_miss_its_grace() -> None:
    passed_over = (
        invoice(TODAY - 70 * DAY),
        invoice(TODAY - 40 * DAY, status="paid", owed=0, paid_at=TODAY - 40 * DAY),
    )
    written_off = invoice(TODAY - 35 * DAY, status="uncollectible")
    failed = invoice(TODAY - 2 * DAY)
    ended = subscription("canceled", ended_at=TODAY - DAY)

    def until(*invoices: object, of: object = None) -> datetime | None:
        found = of or subscription("past_due")
        return stand([found], invoices, trial_ends_at=TRIAL_ENDS, grace=GRACE).open_until  # type: ignore[list-item, arg-type]

    assert until(*passed_over, failed) == failed.issued_at
    assert until(*passed_over, written_off, failed) == failed.issued_at
    assert until(*passed_over, of=ended) == ended.ended_at
    # What is owed since the last payment, and was written off because nobody paid, is the clock that goes on.
    assert until(*passed_over, written_off, of=ended) == written_off.issued_at


@pytest.mark.parametrize(
    ("reason", "plan", "thanked"), [("trial", "tumbuh", False), ("trial", "", True), ("card", "tumbuh", True)]
)
async def test_nobody_is_thanked_for_a_payment_because_a_trial_of_a_plan_ended(
    office: Office, reason: str, plan: str, thanked: bool
) -> None:
    a_moment_ago = datetime.now(UTC) - timedelta(seconds=5)
    before = Standing(plan, reason, a_moment_ago, a_moment_ago + GRACE, {}, {})
    async with office.scope():
        await notices.tell(before, Standing("tumbuh", "paid", None, None, {}, {}))
        told = await db.records("select payload from job where kind = $1", Watch.kind)

    assert [row["payload"]["recovered"] for row in told] == [thanked]


async def test_where_billing_is_switched_off_again_nothing_is_limited_and_nobody_is_written_to(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    kept = process.tools()
    off = msgspec.structs.replace(kept.settings, stripe_key="", stripe_webhook_secret="")
    process._open[0] = msgspec.structs.replace(kept, settings=off)
    async with office.scope():
        await db.execute("update entitlement set open_until = now() - interval '2 days', grace_until = now()")
        await enqueue(Watch(), once_key="off")
    await drain(office.tenant_id)
    async with office.scope():
        assert await entitlements.find() is None
        await entitlements.begin("client")
        assert not await db.value("select exists (select from mail)")

    process._open[0] = kept
    await night(office, stripe)
    async with office.scope():
        account, standing = await accounts.get_account(), await entitlements.find()
    assert standing is not None
    assert (standing.reason, standing.open_until) == ("trial", account.trial_ends_at)


async def test_a_look_at_the_next_invoice_is_no_count_that_a_period_is_compared_with(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe)
    async with office.scope():
        before = await db.records("select counted_on, clients from usage_day")
    await add_clients(office, 2)

    for kind in ("preview", "portal", "cancel"):
        await wish(office, kind)

    async with office.scope():
        assert await db.records("select counted_on, clients from usage_day") == before


async def test_details_that_change_while_the_customer_is_made_make_no_second_one(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    async with office.scope():
        request_id = await asking.ask("checkout", plan="tumbuh", interval="month", currency="idr")
        job_id = await db.value("select id from job where kind = $1 and once_key = $2", Ask.kind, str(request_id))
    held = await claim(job_id)
    assert held is not None
    with pytest.raises(Died):
        await carrying_out.carry_out(Ask(request_id=request_id), Dying(held.row, 1))
    async with office.scope():
        await db.execute("update job set state = 'queued' where id = $1", job_id)
        account = await accounts.get_account()
        await accounts_service.keep_details(DetailsForm("CV Baru", "baru@tata.example", "idr", account.version))
    await drain(office.tenant_id)

    async with office.scope():
        request = await requests.get_request(request_id)
    assert (request.state, request.problem) == ("open", None)
    (customer,) = stripe.state.all("customer")
    assert (customer["name"], customer["email"]) == ("CV Baru", "baru@tata.example")


@pytest.mark.parametrize("odd", [rb'"\u0000"', b"1e400000", b"[" * 900 + b"]" * 900])
async def test_what_the_database_cannot_keep_of_an_event_is_no_reason_to_refuse_it(
    stripe: Double, superuser: asyncpg.Connection, odd: bytes
) -> None:
    name = f"evt_{uuid4().hex}"
    body = b'{"id": "%s", "type": "invoice.paid", "created": 1, "odd": %s, "data": {"object": {"customer": "cus_1"}}}'

    await inbox.store(body % (name.encode(), odd))

    assert await superuser.fetchval("select customer_id from stripe_event where id = $1", name) == "cus_1"
    with pytest.raises(Invalid):
        await inbox.store(body % (name.encode(), b"[" * 90_000 + b"]" * 90_000))


async def test_an_amount_that_was_seen_long_ago_is_no_amount_to_agree_to(office: Office, stripe: Double) -> None:
    async with office.scope():
        ids = await fill_billing("PT Satu")
        await db.execute(
            "update billing_request set created_at = now() - interval '2 hours', plan = 'tumbuh', interval = 'month',"
            " answer = '{\"total\": 1}' where id = $1",
            ids["wish_id"],
        )

    agreed = {"request": str(ids["wish_id"])}
    assert (await office.owner.post("/subscription/change", agreed)).status_code == 409

    async with office.scope():
        await db.execute("update billing_request set created_at = now() where id = $1", ids["wish_id"])
    assert (await office.owner.post("/subscription/change", agreed)).status_code == 303


async def test_who_subscribes_again_pays_in_the_currency_of_the_first_time(office: Office, stripe: Double) -> None:
    async with office.scope():
        await fill_billing("PT Satu")
        await db.execute("update subscription set status = 'canceled', ended_at = now()")
        with pytest.raises(Invalid) as refused:
            await asking.ask("checkout", plan="rintis", interval="month", currency="usd")
        assert set(refused.value.fields) == {"currency"}
        assert await asking.ask("checkout", plan="rintis", interval="month", currency="idr")


@pytest.mark.parametrize(
    ("kind", "nothing"), [("change", False), ("cancel", False), ("resume", False), ("portal", True)]
)
async def test_a_change_whose_answer_was_lost_is_not_said_to_have_changed_nothing(
    office: Office, kind: str, nothing: bool
) -> None:
    async with office.scope():
        await fill_billing("PT Satu")
        wish_id = await db.value(
            "insert into billing_request (kind, state) values ($1, 'failed') returning id",
            kind,
        )
    words = (await office.owner.get(f"/subscription/requests/{wish_id}")).text

    with use_language("id"):
        assert (gettext("Nothing was changed and nothing was billed.") in words) is nothing


async def test_amounts_in_files_are_exact(office: Office) -> None:
    async with office.scope():
        ids = await fill_billing("PT Satu")
        await db.execute(
            "update stripe_invoice set total = 9007199254740993, tax = -5 where id = $1", ids["stripe_invoice_id"]
        )
    file = (await office.owner.get("/subscription/invoices/file")).text

    assert "90071992547409.93" in file
    assert "-0.05" in file

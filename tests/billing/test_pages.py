"""What owners see and do: the trial, a plan, the payment page, what was billed and why, and the end."""

from tests.billing.steps import begin_trial
from tests.make import Office
from tests.stripe_double import Double


async def test_without_billing_the_page_says_that_nothing_is_limited(office: Office) -> None:
    await office.owner.post("/preferences", {"language": "en"})

    answer = await office.owner.get("/subscription")

    assert answer.status_code == 200
    assert "nothing is limited" in answer.text
    assert 'href="/subscription"' not in (await office.owner.get("/work")).text
    assert (await office.manager.get("/subscription")).status_code == 404


async def test_an_owner_subscribes_and_reads_what_was_billed(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await office.owner.post("/preferences", {"language": "en"})
    for path in ("", "/plans", "/plans/choose?plan=tumbuh", "/usage", "/invoices", "/history", "/details", "/next"):
        answer = await office.owner.get(f"/subscription{path}")
        assert answer.status_code == 200, (path, answer.text)

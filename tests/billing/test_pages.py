"""What owners see and do: the trial, a plan, the payment page, what was billed and why, and the end."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx

from tatausaha.billing.jobs import Watch
from tatausaha.billing.service import accounts, catalogue
from tatausaha.core import db
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tests.billing.records import fill_billing
from tests.billing.steps import begin_trial, night, subscribe, wish
from tests.make import Office, drain, make_client, make_employees
from tests.stripe_double import Double

LONG_AGO = timedelta(days=40)
PLAN = {"plan": "tumbuh", "interval": "month", "currency": "idr"}


async def read(office: Office, path: str = "") -> str:
    """A page of the owner's, as words."""
    answer = await office.owner.get(f"/subscription{path}")
    assert answer.status_code == 200, answer.text
    return words_of(answer)


def words_of(answer: httpx.Response) -> str:
    main = answer.text[max(0, answer.text.find("<main")) :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


async def speak_english(office: Office) -> None:
    for person in (office.owner, office.manager, office.viewer):
        await person.post("/preferences", {"language": "en"})


async def follow(office: Office, path: str, form: dict[str, str] | None = None) -> httpx.Response:
    """Send a form, let the workers answer, and open the page where the person waits."""
    sent = await office.owner.post(f"/subscription{path}", form)
    assert sent.status_code == 303, sent.text
    waited = await office.owner.get(sent.headers["location"], headers={"hx-request": "true"})
    assert "hx-trigger" in waited.text
    await drain(office.tenant_id)
    return await office.owner.get(sent.headers["location"], headers={"hx-request": "true"})


async def test_without_billing_the_page_says_that_nothing_is_limited_and_is_not_in_the_way(office: Office) -> None:
    await speak_english(office)

    assert "nothing is limited" in await read(office)
    assert 'href="/subscription"' not in (await office.owner.get("/work")).text
    assert (await office.owner.post("/subscription/checkout", PLAN)).status_code == 409
    assert (await office.manager.get("/subscription")).status_code == 404


async def test_an_owner_subscribes_changes_the_plan_and_ends_it_each_after_seeing_what_it_means(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    await speak_english(office)
    assert "Trial of everything until" in await read(office)
    assert "Rp 1,575,000" in await read(office, "/plans")  # a client and nobody employed

    refused = await follow(office, "/checkout", {**PLAN, "coupon": "NOPE"})
    again = re.search(r'href="([^"]*choose[^"]*)"', refused.text)
    assert again
    shown = (await office.owner.get(again[1].replace("&amp;", "&"))).text
    assert 'value="NOPE"' in shown
    assert 'id="coupon-error"' in shown

    opened = await follow(office, "/checkout", {**PLAN, "coupon": ""})
    assert opened.headers["hx-redirect"].startswith(stripe.url)
    assert "We are being told" in await read(office, "?paid=yes")
    waiting = await office.owner.post("/subscription/arriving", headers={"hx-request": "true"})
    assert "hx-redirect" not in waiting.headers, "an address is no proof of a payment"
    async with office.scope():
        page_id = await db.value("select stripe_id from billing_request where state = 'open'")
    stripe.complete_checkout(page_id)
    await night(office, stripe)
    arrived = await office.owner.post("/subscription/arriving", headers={"hx-request": "true"})
    assert arrived.headers["hx-redirect"] == "/subscription"
    assert "Trial of Tumbuh until" in await read(office)
    assert "•••• 4242" in await read(office)

    looked = await follow(office, "/plans/look", {"plan": "mapan", "interval": "month"})
    assert "Rp 5,050,000" in words_of(looked)
    request = re.search(r'name="request" value="([^"]+)"', looked.text)
    assert request
    changed = await follow(office, "/change", {"request": request[1]})
    assert changed.headers["hx-redirect"] == "/subscription"
    assert "Trial of Mapan until" in await read(office)

    await follow(office, "/cancel")
    assert "then it ends, as you asked" in await read(office)
    await follow(office, "/resume")
    assert "Trial of Mapan until" in await read(office)
    assert "Asked of the payment service · Owner" in await read(office, "/history")


async def test_a_plan_that_is_too_small_says_what_is_over_by_how_many_and_where_to_make_room(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    await speak_english(office)
    async with office.scope():
        for number in range(6):
            await make_client(name=f"PT {number}")
    await night(office, stripe)

    assert "Rintis holds 5 client companies, and 7 are served. Archive 2 of them first." in await read(office, "/plans")
    refused = await office.owner.post("/subscription/checkout", {**PLAN, "plan": "rintis"})
    assert refused.status_code == 422
    assert "Archive 2 of them first" in refused.text


async def test_the_next_invoice_is_asked_of_the_payment_service_and_what_was_billed_is_explained(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    await speak_english(office)
    async with office.scope():
        await make_employees(office.client_id, 3)
    await subscribe(office, stripe)
    assert "by our price list" in await read(office)
    await office.owner.post("/subscription/preview")
    await drain(office.tenant_id)
    assert "As the payment service reckoned" in await read(office, "/next")

    stripe.clock.advance(timedelta(days=31))
    async with office.scope():
        await make_employees(office.client_id, 2)
    await night(office, stripe)
    async with office.scope():
        newest = await db.value("select id from stripe_invoice order by issued_at desc limit 1")
    lines = await read(office, f"/invoices/{newest}")
    assert "Client companies 1 × Rp 75,000" in lines
    assert "Employees 3 × Rp 4,000" in lines
    assert "Running" in await read(office, "/usage")
    for path in ("/invoices/file", "/usage/file", "/usage/differences/file"):
        assert (await office.owner.get(f"/subscription{path}")).headers["content-type"].startswith("text/csv")


async def test_a_failed_payment_is_told_above_every_page_and_in_one_letter_to_each_owner(
    office: Office, stripe: Double
) -> None:
    await catalogue.set_up()
    async with office.scope():
        await accounts.ensure(tools().settings, stripe.clock.now - LONG_AGO)
    await speak_english(office)
    partner = await office.hire("owner")
    opened = await wish(office, "checkout", **PLAN)
    stripe.state.now -= int(LONG_AGO.total_seconds())  # so that by now the second payment has failed
    stripe.complete_checkout(opened.stripe_id)
    await night(office, stripe)
    async with office.scope():
        customer_id = await db.value("select customer_id from billing_account")
    stripe.set_card(customer_id, "declines")
    stripe.clock.advance(timedelta(days=33))
    await night(office, stripe)
    await wish(office, "portal")  # whatever else happens, no letter comes twice
    async with office.scope():
        await enqueue(Watch(), once_key=str(uuid4()))
    await drain(office.tenant_id)

    assert re.search(r"The payment of \d+ \w+ \d+ failed\.", words_of(await office.owner.get("/work")))
    assert "no new clients and no new people" in words_of(await office.manager.get("/work"))
    portal = (await office.viewer.get("/portal")).text
    assert "ubscription" not in portal
    async with office.scope():
        letters = await db.records("select recipient, language, data from mail where once_key like '%:grace.card%'")
    assert sorted(letter["recipient"] for letter in letters) == sorted((office.owner.email, partner.email))
    assert {letter["recipient"]: letter["language"] for letter in letters}[office.owner.email] == "en"
    assert {letter["recipient"]: letter["language"] for letter in letters}[partner.email] == "id"
    await partner.http.aclose()


async def test_a_difference_is_told_in_words(office: Office) -> None:
    await speak_english(office)
    async with office.scope():
        await fill_billing("PT Tata Kelola")

    assert "The payment service billed 12 employees; 11 were counted." in await read(office, "/usage")
    assert (
        "The payment service billed 12 employees"
        in (await office.owner.get("/subscription/usage/differences/file")).text
    )

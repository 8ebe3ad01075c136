"""What a client's orders say is the client's own, in both languages, and tried with a real order."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import LANGUAGES
from tatausaha.core.ids import uuid7
from tatausaha.purchasing.queries.letters import OrderFacts
from tatausaha.purchasing.service.templates import HOLES, TemplateForm, check, fill, values_of
from tests.make import Office, drain
from tests.purchasing.conftest import Inbox
from tests.purchasing.test_sending import order_of, said


def facts(**changes: str) -> OrderFacts:
    plain = {"client_name": "PT Maju", "supplier_name": "CV Sumber", "contact": "", "maker_name": "Sari", **changes}
    return OrderFacts(
        id=uuid7(),
        client_id=uuid7(),
        number=None,
        revision=1,
        state="approved",
        ordered_on=date(2026, 11, 22),
        expected_on=None,
        total=780_000,
        place_name="Toko",
        email="",
        language="id",
        maker_id=None,
        **plain,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hole_has_a_value_in_both_languages(language: str) -> None:
    chosen = next(one for one in LANGUAGES if one == language)
    assert all(values_of(facts(), chosen)[hole] for hole in HOLES)


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_what_is_filled_in_is_taken_as_it_is(name: str) -> None:
    values = values_of(facts(supplier_name=name + "{client}{0.__class__}"), "en")
    assert fill("{supplier}!", values) == name + "{client}{0.__class__}!"


@pytest.mark.parametrize("written", ["{password}", "{order", "order}", "{order.number}", "{}", "{{order}}", "x" * 6000])
def test_a_text_that_cannot_be_filled_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(TemplateForm("id", "PO {order}", written))
    assert set(refused.value.fields) == {"body"}


async def test_a_clients_own_text_is_tried_kept_and_sent(office: Office, inbox: Inbox) -> None:
    order_id = await order_of(office)
    page = f"/purchasing/settings/{office.client_id}/letters"
    english = {
        "language": "en",
        "version": "0",
        "subject": "Order {order} for {supplier}",
        "body": "Hi {contact}\n\n<b>",
    }

    tried = await office.manager.post(f"{page}/preview", english)
    wrong = await office.manager.post(page, {**english, "body": "{pin} {order}"})
    assert (await office.manager.post(page, english)).status_code == 303
    assert (await office.manager.post(page, english)).status_code == 409
    answers = {"reply_to": "beli@maju.example", "link_days": "14", "version": "0"}
    assert (await office.manager.post(f"{page}/answers", {**answers, "link_days": "0"})).status_code == 422
    assert (await office.manager.post(f"{page}/answers", {**answers, "reply_to": "beli"})).status_code == 422
    assert (await office.manager.post(f"{page}/answers", answers)).status_code == 303
    shown = await office.manager.get(f"{page}?language=en&order={order_id}")
    untouched = await office.manager.get(f"{page}?language=id")
    await drain(office.tenant_id)

    assert "Hi Ibu Rini" in tried.text
    assert "&lt;b&gt;" in tried.text
    assert (wrong.status_code, "{pin}" in wrong.text) == (422, True)
    assert "Hi Ibu Rini" in shown.text
    assert "Hi Ibu Rini" not in untouched.text
    assert (await office.worker.get(page)).status_code == 404
    (mail,) = inbox.received
    assert mail["Subject"].endswith("for CV Sumber Pangan")
    assert mail["Reply-To"] == "beli@maju.example"
    assert said(mail).startswith("Hi Ibu Rini\n\n<b>")

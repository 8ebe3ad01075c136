"""Nobody else works on a client's data without its written leave."""

import msgspec
import pytest

from tatausaha.core import db, process
from tatausaha.privacy.service import processors
from tests.make import Office, drain
from tests.privacy.make import employ, number_of

TYPED = {
    "name": "PT Surat Cepat",
    "service": "E-mail",
    "country": "Indonesia",
    "host": "smtp.surat.example",
    "kinds": "contact",
    "since": "01/12/2026",
}


async def add(office: Office) -> None:
    answer = await office.manager.post("/privacy/processors", TYPED)
    assert answer.status_code == 303, answer.text


async def consent_id(office: Office) -> object:
    async with office.scope():
        return await db.value("select id from processor_consent where client_id = $1", office.client_id)


async def test_each_clients_approver_is_asked_by_letter_and_agrees_in_the_portal(office: Office) -> None:
    await add(office)
    await drain(office.tenant_id)
    asked = await office.approver.get("/portal/privacy")

    agreed = await office.approver.post(
        f"/portal/privacy/processors/{await consent_id(office)}", {"decision": "agreed", "reason": ""}
    )

    async with office.scope():
        letters = await db.records("select recipient from mail where template = 'processor_asked'")
        state, by = (await db.records("select state, decided_by from processor_consent"))[0]
    assert "PT Surat Cepat" in asked.text
    assert [row["recipient"] for row in letters] == [office.approver.email]
    assert (agreed.status_code, state, by) == (303, "agreed", "Approver")


async def test_a_refusal_needs_a_reason_and_is_seen_by_the_office(office: Office) -> None:
    await add(office)
    path = f"/portal/privacy/processors/{await consent_id(office)}"

    bare = await office.approver.post(path, {"decision": "refused", "reason": " "})
    told = await office.approver.post(path, {"decision": "refused", "reason": "Server di luar negeri"})

    assert (bare.status_code, told.status_code) == (422, 303)
    assert "Server di luar negeri" in (await office.manager.get("/privacy/processors")).text
    record = await office.manager.get(f"/privacy/record?client={office.client_id}")
    assert "PT Surat Cepat" not in record.text


async def test_a_viewer_reads_and_does_not_decide(office: Office) -> None:
    await add(office)

    page = await office.viewer.get("/portal/privacy")
    refused = await office.viewer.post(f"/portal/privacy/processors/{await consent_id(office)}", {"decision": "agreed"})

    assert ("PT Surat Cepat" in page.text, refused.status_code) == (True, 404)


async def test_a_host_in_the_settings_is_proposed_until_it_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = msgspec.structs.replace(process.tools().settings, smtp_url="smtp+starttls://u:p@smtp.surat.example:587")
    monkeypatch.setattr(process, "_open", [msgspec.structs.replace(process.tools(), settings=settings)])

    assert [one.host for one in processors.in_settings([])] == ["smtp.surat.example"]
    assert "smtp.surat.example" in (await office.manager.get("/privacy/processors")).text
    await add(office)
    page = await office.manager.get("/privacy/processors")
    assert "/privacy/processors/new?host=" not in page.text


async def test_the_approver_passes_a_request_on_and_follows_it(office: Office) -> None:
    person = await employ(office)

    answer = await office.approver.post(
        "/portal/privacy/requests",
        {"number": await number_of(office, person), "kind": "access", "wish": "Salinan data"},
    )
    unknown = await office.approver.post("/portal/privacy/requests", {"number": "tidak ada", "kind": "access"})

    async with office.scope():
        channel, by = (await db.records("select channel, asked_by from privacy_request"))[0]
    assert (answer.status_code, unknown.status_code) == (303, 422)
    assert (channel, by) == ("portal", "Approver")
    assert "Pegawai" in (await office.approver.get("/portal/privacy")).text

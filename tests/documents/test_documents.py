"""Who may take a document away."""

from uuid import UUID, uuid4

from tatausaha.core import db
from tatausaha.core.process import tools
from tatausaha.documents import service
from tatausaha.documents.filenames import attachment, file_name
from tests.make import Office, make_client
from tests.reports.months import SARI, files, hire, publish


async def keep(office: Office, *, shared: bool, name: str = "Laporan.pdf", client_id: UUID | None = None) -> UUID:
    client_id, subject_id = client_id or office.client_id, uuid4()
    kept = await service.put(office.tenant_id, client_id, "letter", subject_id, name, service.PDF, b"%PDF-1.7 isi")
    async with office.scope():
        await service.record([kept], shared=shared)
        found: UUID = await db.value("select id from document where subject_id = $1", subject_id)
    return found


async def test_a_shared_document_is_saved_under_its_name_and_kept_by_no_browser(office: Office) -> None:
    document_id = await keep(office, shared=True, name="Slip gaji Juni “Ayu”.pdf")

    answer = await office.viewer.get(f"/documents/{document_id}")
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 isi")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Slip%20gaji%20Juni%20%E2%80%9CAyu%E2%80%9D.pdf" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-length"] == "12"


async def test_a_download_is_written_down_with_who_took_it(office: Office) -> None:
    document_id = await keep(office, shared=True)
    await office.viewer.get(f"/documents/{document_id}")

    async with office.scope():
        who = await db.value(
            "select actor_name from audit_event where object_id = $1 and action = 'downloaded'", document_id
        )
    assert who == "Viewer"


async def test_the_portal_gives_out_only_what_is_shared(office: Office) -> None:
    document_id = await keep(office, shared=False)

    assert (await office.viewer.get(f"/documents/{document_id}")).status_code == 404
    assert (await office.approver.get(f"/documents/{document_id}")).status_code == 404
    assert (await office.worker.get(f"/documents/{document_id}")).status_code == 200


async def test_a_document_of_others_does_not_exist(office: Office, other_office: Office) -> None:
    document_id = await keep(office, shared=True)
    async with office.scope():
        elsewhere = await make_client(name="PT Lain")
    unassigned = await keep(office, shared=True, client_id=elsewhere)

    assert (await other_office.owner.get(f"/documents/{document_id}")).status_code == 404
    assert (await other_office.viewer.get(f"/documents/{document_id}")).status_code == 404
    assert (await office.worker.get(f"/documents/{unassigned}")).status_code == 404
    assert (await office.viewer.get(f"/documents/{unassigned}")).status_code == 404


async def test_a_document_whose_file_is_gone_is_told_in_a_sentence(office: Office) -> None:
    await hire(office, **SARI)
    run_id = await publish(office)
    document = (await files(office, run_id))["register_pdf"]
    await tools().storage.delete(document.key)
    assert (await office.worker.get(f"/documents/{document.id}")).status_code == 404


def test_a_file_name_holds_nothing_that_a_system_or_a_header_would_stumble_over() -> None:
    assert file_name("Slip", "A/1", '..\\"x"\r\n', suffix="pdf") == "Slip A-1 ..-x-.pdf"
    assert "\r" not in attachment("a\r\nb.pdf")
    assert "\n" not in attachment("a\r\nb.pdf")

"""Files of every hostile kind, through every door that takes files: a sentence, nothing half-kept, no worker lost."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.process import tools
from tests.hostile.files import BOOK, GOOD, HEADER, NAMES, PICTURES, POLYGLOT, SPREADSHEETS, SVG, png
from tests.hostile.pages import holds_markup
from tests.make import Office, drain

IMPORTED = {"UTF-16", "cp1252", "turned letters", "a name that climbs", "the same column thrice"}
"""Files that are odd and can be read all the same."""

OTHER_KINDS = {"a picture", "an old or encrypted workbook", "a program"}
"""Files that begin like something else: refused at the door, whatever they are called."""


@pytest.mark.parametrize("kind", sorted(SPREADSHEETS.keys() - OTHER_KINDS))
@pytest.mark.parametrize("door", ["/people/import", "/payroll/{}/inputs/import"])
async def test_a_hostile_spreadsheet_ends_with_a_sentence(
    office: Office, door: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})
    run_id = begun.headers["location"].rsplit("/", 1)[-1]
    answer = await office.worker.post(
        door.format(run_id), {"client_id": str(office.client_id)}, files={"file": ("a.xlsx", SPREADSHEETS[kind])}
    )
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    page = await office.worker.get(answer.headers["location"])

    async with office.scope():
        file = (await db.records("select state, problem, created, rejected, preview::text from import_file"))[0]
        jobs = [record["state"] for record in await db.records("select state from job")]
        assert await db.value("select count(*) from employee") == 0
    assert (page.status_code, holds_markup(page.text), set(jobs)) == (200, False, {"done"})
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert file["state"] == "checked" or file["problem"]
    if door == "/people/import" and kind in IMPORTED:
        assert (file["state"], file["created"] + file["rejected"] > 0) == ("checked", True)
    else:
        assert file["created"] == 0
    assert "root:" not in page.text + file["preview"]
    assert not Path("/tmp/climbed.txt").exists()


@pytest.mark.parametrize("kind", sorted(OTHER_KINDS))
async def test_a_file_of_another_kind_is_refused_at_its_field_and_never_kept(office: Office, kind: str) -> None:
    form, files = {"client_id": str(office.client_id)}, {"file": ("a.xlsx", SPREADSHEETS[kind])}
    answer = await office.worker.post("/people/import", form, files=files)
    folder = Path(tools().settings.storage_url.removeprefix("file://")) / str(office.tenant_id)

    assert (answer.status_code, 'id="file-error"' in answer.text, folder.exists()) == (422, True, False)


@pytest.mark.parametrize("name", NAMES)
async def test_the_name_of_a_file_is_only_shown(office: Office, name: str) -> None:
    content = f"{HEADER}\n{GOOD}".encode()
    answer = await office.worker.post(
        "/people/import", {"client_id": str(office.client_id)}, files={"file": (name, content)}
    )
    assert answer.status_code == 303
    await drain(office.tenant_id)
    page = await office.worker.get(answer.headers["location"])

    async with office.scope():
        key, kept = (await db.records("select key, name from import_file"))[0]
    assert re.fullmatch(r"[0-9a-f-]{36}/[0-9a-f-]{36}/imports/[0-9a-f-]{36}", key)
    assert (len(kept) <= 200, kept.isprintable(), holds_markup(page.text)) == (True, True, False)
    assert "x=y" not in str(page.headers) + str(answer.headers)


async def test_a_name_longer_than_any_program_gives_is_refused(office: Office) -> None:
    form, files = {"client_id": str(office.client_id)}, {"file": ("a" * 10_000, BOOK)}

    assert (await office.worker.post("/people/import", form, files=files)).status_code == 422


@pytest.mark.parametrize("door", ["/settings", "/clients/{}/brand"])
@pytest.mark.parametrize("kind", PICTURES)
async def test_a_hostile_logo_is_refused_at_its_field(office: Office, door: str, kind: str) -> None:
    path = door.format(office.client_id)
    answer = await office.owner.post(path, {"name": "PT", "colour": ""}, files={"logo": ("a.png", PICTURES[kind])})

    assert (answer.status_code, 'id="logo-error"' in answer.text) == (422, True)
    assert (await office.owner.get(f"{path.removesuffix('/brand')}/logo")).status_code == 404


async def test_a_picture_that_is_also_a_page_is_kept_as_the_picture_alone(office: Office) -> None:
    await office.owner.post(
        "/settings", {"name": "PT", "colour": ""}, files={"logo": ("a.html", POLYGLOT, "text/html")}
    )
    logo = await office.owner.get("/settings/logo")

    assert (logo.headers["content-type"], logo.headers["content-disposition"][:10]) == ("image/png", "attachment")
    assert b"<script" not in logo.content
    assert SVG not in logo.content


async def test_where_a_file_is_asked_for_a_word_is_refused_and_where_a_word_a_file(office: Office) -> None:
    word = await office.worker.post("/people/import", {"client_id": str(office.client_id), "file": "a.csv"})
    file = await office.worker.post(
        "/people/import", {"_csrf": office.worker.csrf}, files={"client_id": ("a.csv", b"x"), "file": ("a.csv", b"x")}
    )
    token = await office.worker.http.post("/people/import", files={"_csrf": ("x", office.worker.csrf.encode())})
    many = await office.owner.post("/settings", {"name": "PT", "colour": ""}, files=[("logo", ("a", png()))] * 3)

    assert [answer.status_code for answer in (word, file, token, many)] == [422, 422, 403, 303]


async def test_a_file_of_two_hundred_megabytes_is_refused_while_it_comes_and_leaves_nothing(
    app: Litestar, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent piece by piece and without a length; `sent` tells how much of it was taken in before the answer."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sent = 0
    head = f'--b\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{office.worker.csrf}\r\n'
    head += '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        yield head.encode()
        for _ in range(200):
            sent += 1
            yield b"x" * 1_000_000

    answer = await office.worker.http.post(
        "/people/import", content=pieces(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    folder = Path(tools().settings.storage_url.removeprefix("file://")) / str(office.tenant_id)

    assert (answer.status_code, "<h1" in answer.text) == (413, True)
    assert sent <= 30
    assert (list(tmp_path.iterdir()), folder.exists()) == ([], False)

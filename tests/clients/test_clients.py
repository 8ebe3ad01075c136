"""Client companies: found, entered, changed, dressed."""

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from tatausaha.clients.regions import REGIONS
from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.payroll.rules.minimum_wage import minimum_wages_on
from tests.make import Office, make_client

FORM = {
    "name": "PT Sinar Timur",
    "code": "sinar",
    "time_zone": "Asia/Makassar",
    "wage_region": "Bali/Kota Denpasar",
    "npwp": "01.234.567.8-901.2345",
    "payslip_language": "en",
    "payslip_password": "none",
    "difference_percent": "15",
}


async def stored(office: Office, client_id: UUID | str) -> dict[str, object]:
    async with office.scope():
        return dict((await db.records("select * from client where id = $1", UUID(str(client_id))))[0])


def picture(kind: str = "PNG", side: int = 20) -> bytes:
    target = BytesIO()
    Image.new("RGB", (side, side), "#aa0000").save(target, kind)
    return target.getvalue()


async def test_a_manager_enters_a_client_and_finds_it_in_the_list(office: Office) -> None:
    answer = await office.manager.post("/clients", FORM)

    kept = await stored(office, answer.headers["location"].rsplit("/", 1)[1])
    assert (kept["code"], kept["npwp"], kept["difference_percent"]) == ("SINAR", "0123456789012345", 15)
    assert "PT Sinar Timur" in (await office.manager.get("/clients")).text
    assert "PT Sinar Timur" in (await office.manager.get("/clients?q=sinar")).text
    assert "PT Sinar Timur" in (await office.manager.get("/clients/switcher?q=TIM")).text
    assert "PT Sinar Timur" not in (await office.manager.get("/clients?q=barat")).text


async def test_a_worker_sees_only_assigned_clients_and_changes_none(office: Office) -> None:
    async with office.scope():
        hidden = await make_client(name="PT Tersembunyi")

    listed = (await office.worker.get("/clients")).text

    assert "PT Maju Bersama" in listed
    assert "PT Tersembunyi" not in listed + (await office.worker.get("/clients/switcher")).text
    assert (await office.worker.get(f"/clients/{hidden}")).status_code == 404
    assert (await office.worker.get(f"/clients/{office.client_id}")).status_code == 200
    assert (await office.worker.post(f"/clients/{office.client_id}", FORM)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("code", "A"),
        ("code", "PT-1"),
        ("npwp", "123"),
        ("time_zone", "Europe/Paris"),
        ("wage_region", "Atlantis"),
        ("difference_percent", "0"),
        ("difference_percent", "101"),
        ("difference_percent", "ten"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    office: Office, field: str, value: str
) -> None:
    answer = await office.manager.post("/clients", FORM | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "15" in answer.text


async def test_a_code_belongs_to_one_client(office: Office) -> None:
    first = await office.manager.post("/clients", FORM)
    second = await office.manager.post("/clients", FORM | {"name": "PT Lain"})
    same = await office.manager.post(first.headers["location"], FORM | {"version": "1"})

    assert (second.status_code, 'id="code-error"' in second.text) == (422, True)
    assert same.status_code == 303


async def test_of_two_who_edit_at_once_the_second_sees_what_the_first_saved(office: Office) -> None:
    path = (await office.manager.post("/clients", FORM)).headers["location"]

    first = await office.owner.post(path, FORM | {"version": "1", "name": "PT Pertama"})
    second = await office.manager.post(path, FORM | {"version": "1", "name": "PT Kedua"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert 'value="PT Kedua"' in second.text
    assert "PT Pertama" in second.text
    assert 'name="version" value="2"' in second.text

    assert (await office.manager.post(path, FORM | {"version": "2", "name": "PT Kedua"})).status_code == 303


async def test_an_archived_client_leaves_lists_and_comes_back(office: Office) -> None:
    path = f"/clients/{office.client_id}"
    await office.manager.post(f"{path}/archive")
    hidden, kept = await office.manager.get("/clients"), await office.manager.get("/clients?archived=1")
    await office.manager.post(f"{path}/restore")

    link = ">PT Maju Bersama</a>"
    assert (link in hidden.text, link in kept.text) == (False, True)
    assert link in (await office.manager.get("/clients")).text


async def test_a_clients_page_tells_how_it_stands(office: Office) -> None:
    run_id = uuid7()
    async with office.scope():
        await db.execute(
            "insert into employee (client_id, number, name, ptkp, joined_on) values ($1, '1', 'Sari', 'TK/0', '2020-01-01')",
            office.client_id,
        )
        await db.execute(
            "insert into pay_run (id, client_id, period) values ($1, $2, $3)",
            run_id,
            office.client_id,
            date(2026, 11, 1),
        )

    seen = await office.worker.get(f"/clients/{office.client_id}")

    assert f"/payroll/{run_id}" in seen.text
    assert "November 2026" in seen.text
    assert '<span class="value">1</span>' in seen.text


async def test_a_logo_is_kept_as_a_picture_and_nothing_else(office: Office) -> None:
    path = f"/clients/{office.client_id}"
    hidden_script = picture("JPEG") + b"<script>alert(1)</script>"
    files = {"logo": ("logo.html", hidden_script, "text/html")}

    saved = await office.manager.http.post(
        f"{path}/brand", data={"_csrf": office.manager.csrf, "colour": "#AA0000"}, files=files
    )
    shown = await office.approver.get(f"{path}/logo")

    assert saved.status_code == 303
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert b"script" not in shown.content
    assert Image.open(BytesIO(shown.content)).size == (20, 20)
    assert (await stored(office, office.client_id))["brand_colour"] == "#aa0000"


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture()[:60], picture(side=4097), b"x" * 600_000],
    ids=["svg", "gif", "half a png", "too many pixels", "too many bytes"],
)
async def test_what_is_no_picture_is_refused_with_a_sentence(office: Office, content: bytes) -> None:
    answer = await office.manager.http.post(
        f"/clients/{office.client_id}/brand",
        data={"_csrf": office.manager.csrf, "colour": ""},
        files={"logo": ("logo.png", content, "image/png")},
    )

    assert (answer.status_code, 'id="logo-error"' in answer.text) == (422, True)
    assert (await stored(office, office.client_id))["logo_key"] is None


async def test_a_stylesheet_holds_a_colour_and_nothing_else(office: Office) -> None:
    sheet = await office.owner.get(f"/brand/{office.client_id}-12ab34.css")

    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
    assert sheet.text == ":root { --brand: #12ab34; }\n"
    for wrong in ("x.css", f"{office.client_id}-12ab3;.css", f"{office.client_id}-12ab345.css"):
        assert (await office.owner.get(f"/brand/{wrong}")).status_code == 404


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#123456;}body{display:none"])
async def test_a_colour_is_six_digits_or_refused(office: Office, colour: str) -> None:
    answer = await office.manager.post(f"/clients/{office.client_id}/brand", {"colour": colour})

    assert (answer.status_code, 'id="colour-error"' in answer.text) == (422, True)


def test_the_choice_of_places_is_that_of_the_minimum_wages() -> None:
    known = {
        f"{wage.province}/{wage.regency}".rstrip("/")
        for year in (2024, 2025, 2026)
        for wage in minimum_wages_on(date(year, 6, 1))
    }

    assert set(REGIONS) == known

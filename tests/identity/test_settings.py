"""The firm's own name and look."""

from tests.make import Office


async def test_an_owner_renames_the_firm_and_everybody_sees_it(office: Office) -> None:
    saved = await office.owner.post("/settings", {"name": "PT Nama Baru", "colour": "#1d4ed8"})

    assert saved.status_code == 303
    assert "PT Nama Baru" in (await office.worker.get("/payroll")).text


async def test_a_worker_has_no_settings(office: Office) -> None:
    assert (await office.worker.get("/settings")).status_code == 404
    assert (await office.worker.post("/settings", {"name": "PT Lain"})).status_code == 404


async def test_a_colour_that_is_none_is_refused_at_its_field(office: Office) -> None:
    answer = await office.owner.post("/settings", {"name": "PT Nama", "colour": "red;}"})

    assert answer.status_code == 422
    assert 'id="colour-error"' in answer.text

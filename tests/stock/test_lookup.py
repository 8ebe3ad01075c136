"""Front offices see price and stock, and never what anything cost."""

from datetime import date, timedelta

from tests.make import Office, make_client, make_item, make_place, make_stock

COST = 7_654_321


async def test_the_look_up_tells_price_and_what_can_be_sold_and_no_cost(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id, name="Toko Depan")
        milk = await make_item(office.client_id, "SUSU-1", name="Susu Segar", sale_price=18_500, batched=True)
        await make_stock(place, milk, 4_000, COST, number="A", expires_on=date.today() - timedelta(days=2))
        await make_stock(place, milk, 7_500, COST, number="B", expires_on=date.today() + timedelta(days=9))
        await make_item(office.client_id, "ATK-1", name="Susun Kertas", kind="supply")
        elsewhere = await make_client(name="PT Lain")
        await make_item(elsewhere, "SUSU-9", name="Susu Tetangga")
    for person, path in ((office.worker, "/stock/lookup"), (office.viewer, "/portal/stock/lookup")):
        empty = await person.get(path)
        assert empty.status_code == 200
        assert "Susu" not in empty.text
        answer = await person.get(f"{path}?q=susu")
        assert answer.status_code == 200, answer.text
        assert "18.500" in answer.text
        assert "Toko Depan" in answer.text
        assert "7,5" in answer.text, "expired lots cannot be sold"
        assert "Susun Kertas" not in answer.text
        assert "Tetangga" not in answer.text
        # Of one lot, of both, and of one piece; whole, since an id or a token may hold any three digits.
        for cost in ("7.654.321", "7654321", "15.308.642", "15308642", "1.330.", "1330.1"):
            assert cost not in answer.text, "no cost in the page nor in the answer"
    assert (await office.viewer.get("/stock/lookup?q=susu")).status_code == 404

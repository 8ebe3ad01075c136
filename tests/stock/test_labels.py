"""Labels come out of the printer with bars that a till reads."""

import re

import pypdfium2
from PIL import Image

from tests.make import Office, make_item

SCALE = 600 / 72
"""600 dots an inch."""

LEFT = {"0001101": 0, "0011001": 1, "0010011": 2, "0111101": 3, "0100011": 4, "0110001": 5, "0101111": 6, "0111011": 7,
        "0110111": 8, "0001011": 9}  # fmt: skip
PARITY = {"LLLLLL": 0, "LLGLGG": 1, "LLGGLG": 2, "LLGGGL": 3, "LGLLGG": 4, "LGGLLG": 5, "LGGGLL": 6, "LGLGLG": 7,
          "LGLGGL": 8, "LGGLGL": 9}  # fmt: skip


def ean13(modules: str) -> str:
    """The number that 95 modules stand for, by the tables of the standard (ISO/IEC 15420)."""
    assert (modules[:3], modules[45:50], modules[92:]) == ("101", "01010", "101")
    digits, parity = "", ""
    for start in range(3, 45, 7):
        part = modules[start : start + 7]
        mirrored = part[::-1].translate(str.maketrans("01", "10"))
        parity += "L" if part in LEFT else "G"
        digits += str(LEFT[part] if part in LEFT else LEFT[mirrored])
    for start in range(50, 92, 7):
        digits += str(LEFT[modules[start : start + 7].translate(str.maketrans("01", "10"))])
    return str(PARITY[parity]) + digits


def scanned(image: Image.Image, y: int, left: int, right: int, modules: int) -> str:
    """A line through the bars, as a scanner sees it: dark and light modules between the first bar and the last."""
    row = [image.getpixel((x, y)) < 128 for x in range(left, right)]  # type: ignore[operator]
    first, last = row.index(True), len(row) - 1 - row[::-1].index(True)
    width = (last - first + 1) / modules
    return "".join("1" if row[first + round((index + 0.5) * width)] else "0" for index in range(modules))


async def printed(office: Office, size: str, counts: dict[str, int]) -> pypdfium2.PdfDocument:
    form = {f"count:{item}": str(count) for item, count in counts.items()} | {"size": size, "prices": "1"}
    answer = await office.worker.post("/stock/labels", form)
    assert answer.status_code == 303, answer.text
    file = await office.worker.get(answer.headers["location"])
    assert file.status_code == 200
    return pypdfium2.PdfDocument(file.content)


async def test_labels_bear_name_price_and_a_barcode_that_reads_as_its_number(office: Office) -> None:
    async with office.scope():
        rice = str(await make_item(office.client_id, "BRS-5", name="Beras Pandan 5 kg", sale_price=78_000))
        tea = str(await make_item(office.client_id, "TEH-KOTAK-250", name="Teh", sale_price=5_000))
        long = str(await make_item(office.client_id, "X" * 40, name="Kode Panjang"))
        odd = str(await make_item(office.client_id, "茶", name="Teh Hijau"))
    bears = {"barcode": "8991234567891", "of_unit": ""}
    assert (await office.worker.post(f"/stock/items/{rice}/barcodes", bears)).status_code == 303
    chosen = await office.worker.post("/stock/labels/choose", {"ids": f"{rice},{tea}"})
    page = await office.worker.get(chosen.headers["location"])
    assert f'name="count:{rice}"' in page.text
    with await printed(office, "3x8", {rice: 20, tea: 5}) as sheet:
        assert len(sheet) == 2, "24 on a sheet"
        told = sheet[0].get_textpage().get_text_bounded()
        assert told.count("8991234567891") == 20
        assert "78.000" in told
        assert len(re.findall("TEH-KOTAK-250", told)) == 4
    with await printed(office, "58mm", {rice: 3}) as roll:
        assert len(roll) == 3
        image = roll[0].render(scale=SCALE).to_pil().convert("L")
        modules = scanned(image, image.height // 2, 0, image.width, 95)
        assert ean13(modules) == "8991234567891"
    refused = await office.worker.post(
        "/stock/labels", {f"count:{long}": "1", f"count:{odd}": "1", "size": "5x13", "prices": "1"}
    )
    assert refused.status_code == 422
    assert "Kode Panjang" in refused.text
    assert f'id="count:{odd}-error"' in refused.text

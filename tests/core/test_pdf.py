"""Documents come out whole, on the pages they should, the same each time, and locked when asked."""

import io
import json
import struct
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst

from tatausaha.core.pdf import ROWS_PER_PART, Typesetter, protect

FRONTEND = Path(__file__).parents[2] / "frontend"
DOCUMENTS = Path(__file__).parent / "documents"
PAYSLIP, REGISTER, SUMMARY = "payroll/payslip.typ", "reports/register.typ", "reports/summary.typ"


@pytest.fixture(scope="module")
def typesetter():
    return Typesetter(FRONTEND / "templates", FRONTEND / "dist" / "fonts")


def example(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text())


def pages(pdf, password=None):
    with pypdfium2.PdfDocument(pdf, password=password) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def png():
    """One red pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def test_a_payslip_says_everything_on_one_page(typesetter):
    (page,) = pages(typesetter.render(PAYSLIP, example("payslip")))
    for said in ("Ayu Lestari Wulandari", "November 2026", "Rp 9.993.128", "8.500.000", "93.500.000", "TER B 2 %"):
        assert said in page
    assert "Menggantikan versi 1" in page
    assert "Ditanggung perusahaan".upper() in page


def test_a_payslip_of_twenty_six_lines_stays_on_one_page(typesetter):
    slip = example("payslip")
    slip["earnings"]["lines"] = (slip["earnings"]["lines"] * 3)[:12]
    slip["deductions"]["lines"] = (slip["deductions"]["lines"] * 2)[:9]
    slip["tax"]["items"] *= 2
    slip["notes"] *= 3
    assert len(pages(typesetter.render(PAYSLIP, slip))) == 1


def test_a_payslip_does_without_what_is_optional(typesetter):
    slip = example("payslip") | {"version_note": None, "position": None, "notes": [], "language": "en"}
    slip["client"]["color"] = slip["take_home"]["note"] = slip["employer"]["note"] = None
    assert len(pages(typesetter.render(PAYSLIP, slip))) == 1


def test_the_logo_of_the_client_is_printed(typesetter):
    with pikepdf.open(io.BytesIO(typesetter.render(PAYSLIP, example("payslip"), {"logo": png()}))) as document:
        assert len(document.pages[0].get_images()) == 1


def test_the_same_data_give_the_same_bytes(typesetter):
    first = typesetter.render(PAYSLIP, example("payslip"))
    typesetter.render(PAYSLIP, example("payslip") | {"name": "Budi"})
    again = Typesetter(FRONTEND / "templates", FRONTEND / "dist" / "fonts").render(PAYSLIP, example("payslip"))
    assert typesetter.render(PAYSLIP, example("payslip")) == first == again


def test_markup_in_data_is_printed_and_not_run(typesetter):
    hostile = '#read("/etc/passwd") $x$ *bold*'
    (page,) = pages(typesetter.render(PAYSLIP, example("payslip") | {"name": hostile}))
    assert hostile in page


def test_data_that_do_not_fit_the_template_are_an_error(typesetter):
    with pytest.raises(typst.TypstError):
        typesetter.render(PAYSLIP, {"language": "id"})


def test_a_short_register_numbers_its_pages_of_all(typesetter):
    (page,) = pages(typesetter.render_rows(REGISTER, example("register")))
    assert "Halaman 1 dari 1" in page
    assert "1.234.567.890" in page
    assert "KS-0003" in page


def test_an_empty_register_says_so(typesetter):
    (page,) = pages(
        typesetter.render_rows(REGISTER, example("register") | {"rows": [], "empty": "Belum ada karyawan."})
    )
    assert "Belum ada karyawan." in page


def test_a_long_register_has_each_row_once_with_headings_and_one_total(typesetter):
    register = example("register")
    count = ROWS_PER_PART + 20
    register["rows"] = [[f"KS-{number:05}", *register["rows"][0][1:]] for number in range(count)]
    made = pages(typesetter.render_rows(REGISTER, register))
    text = "\n".join(made)
    assert [f"KS-{number:05}" in text for number in range(count)] == [True] * count
    assert text.count("KS-0") == count
    assert text.count("Register gaji") == 1
    assert text.count("Jumlah") == 1
    assert "Jumlah" in made[-1]
    assert all(f"Halaman {number}" in page and "Diterima" in page for number, page in enumerate(made, 1))


def test_the_summary_shows_figures_bars_and_tables(typesetter):
    (page,) = pages(typesetter.render(SUMMARY, example("summary")))
    for said in ("Rp 612.480.100", "Operasional", "+6.480.100", "Halaman 1 dari 1"):
        assert said in page


def test_a_protected_document_opens_with_its_password_alone(typesetter):
    locked = protect(typesetter.render(PAYSLIP, example("payslip")), "01021990")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    with pikepdf.open(io.BytesIO(locked), password="01021990") as document:
        assert document.encryption.bits == 256
    assert "Ayu Lestari" in pages(locked, "01021990")[0]
    with pytest.raises(ValueError, match="empty password"):
        protect(locked, "")

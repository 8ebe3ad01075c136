"""Files by which banks are told to pay."""

from datetime import date

import msgspec
import pytest

from tatausaha.core.bank_files import LAYOUTS, Layout, Transfer, write
from tatausaha.core.errors import Invalid

DAY = date(2026, 11, 30)
RICE = Transfer("123-000-4567891", "CV Sumber, Pangan\n", "Bank Mandiri", 1_250_000, "INV/7 = lunas", "kas@sumber.test")
FIXED = Layout(
    code="fixed",
    label="Fixed",
    version="1",
    source="made for this test",
    header="{count:05d}{total:014d}",
    detail="{account:>013}{amount:013d}{holder:<20.20}",
    debit=r"\d{4}",
    account=r"\d{13}",
    width=46,
)


def test_the_head_counts_and_sums_what_follows_and_no_word_breaks_a_column() -> None:
    written = write(LAYOUTS["mandiri_mcm"], "1234567890123", DAY, [RICE, RICE]).decode().split("\r\n")

    assert written[0] == "P,20261130,1234567890123,2,2500000,"
    assert written[1].startswith(
        "1230004567891,CV Sumber Pangan,,,,IDR,1250000,INV/7 lunas,,IBU,,,,,,,N,kas@sumber.test,"
    )
    assert written[1].count(",") == LAYOUTS["mandiri_mcm"].detail.count(",")
    assert len(written) == 4
    assert written[3] == ""


@pytest.mark.parametrize("email", ["kas@bébé.test", "=kas@sumber.test", "kas,dua@sumber.test"])
def test_an_address_that_the_file_cannot_carry_is_left_out_and_the_supplier_is_paid(email: str) -> None:
    transfer = msgspec.structs.replace(RICE, email=email)
    written = write(LAYOUTS["mandiri_mcm"], "1234567890123", DAY, [transfer]).decode().split("\r\n")

    assert ",IBU,,,,,,,N,,," in written[1]
    assert written[1].count(",") == LAYOUTS["mandiri_mcm"].detail.count(",")


def test_lines_of_a_fixed_width_all_have_it() -> None:
    written = write(FIXED, "1234", DAY, [RICE]).decode().split("\r\n")

    assert written == ["00001" + "00000001250000", "1230004567891" + "0000001250000" + "CV Sumber, Pangan   ", ""]


@pytest.mark.parametrize(
    ("debit", "changes", "field"),
    [
        ("12", {}, "debit"),
        ("١٢٣٤٥٦٧٨٩٠١٢٣", {}, "debit"),
        ("1234567890123", {"bank": "BCA"}, "layout"),
        ("1234567890123", {"account": "12345"}, "layout"),
    ],
)
def test_what_a_layout_cannot_carry_is_named_instead_of_written(
    debit: str, changes: dict[str, str], field: str
) -> None:
    transfer = Transfer(**{name: changes.get(name, getattr(RICE, name)) for name in RICE.__struct_fields__})

    with pytest.raises(Invalid) as refusal:
        write(LAYOUTS["mandiri_mcm"], debit, DAY, [transfer])
    assert field in refusal.value.fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.money import format_minor, format_rupiah, parse_rupiah, portion, round_ratio


@pytest.mark.parametrize(
    "written",
    [
        "1.250.000",
        "Rp 1.250.000",
        "Rp1.250.000",
        "1,250,000",
        "1250000",
        "1.250.000,00",
        "1,250,000.00",
        "Rp. 1.250.000,-",
    ],
)
def test_every_usual_way_to_write_an_amount_is_understood(written: str) -> None:
    assert parse_rupiah(written) == 1_250_000


@pytest.mark.parametrize("written", ["-5.000", "-Rp 5.000", "Rp -5.000"])
def test_a_minus_sign_is_kept(written: str) -> None:
    assert parse_rupiah(written) == -5_000


@pytest.mark.parametrize(
    "written", ["", "abc", "1.25", "1,5", "1.250.000,50", "12.50.000", "1.250,000", "1.000.000.00", "--5", "1e5", "१२"]
)
def test_what_is_no_whole_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_rupiah(written)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["id", "en"]))
def test_what_is_shown_can_be_typed_back(amount: int, language: str) -> None:
    assert parse_rupiah(format_rupiah(amount, language)) == amount


def test_an_amount_reads_at_home_in_each_language() -> None:
    assert format_rupiah(1_250_000, "id") == "Rp 1.250.000"
    assert format_rupiah(-1_250_000, "en") == "-Rp 1,250,000"


def test_halves_go_up_and_floor_goes_down() -> None:
    assert [round_ratio(n, 2) for n in (1, 3, -1, -3)] == [1, 2, 0, -1]
    assert [round_ratio(n, 2, "floor") for n in (1, 3, -1, -3)] == [0, 1, -1, -2]


def test_rates_are_parts_of_a_hundred_thousand() -> None:
    assert portion(10_000_000, 2_000) == 200_000
    assert portion(10_000_000, 445) == 44_500
    assert (portion(5_938_885, 1_000), portion(5_938_885, 1_000, "floor")) == (59_389, 59_388)


@pytest.mark.parametrize(
    ("amount", "currency", "indonesian", "english"),
    [
        (135_000_000, "idr", "Rp 1.350.000", "Rp 1,350,000"),
        (-123_456, "idr", "-Rp 1.234,56", "-Rp 1,234.56"),
        (3_500, "usd", "US$35,00", "US$35.00"),
        (5, "usd", "US$0,05", "US$0.05"),
    ],
)
def test_amounts_of_other_currencies_are_written_from_their_hundredths(
    amount: int, currency: str, indonesian: str, english: str
) -> None:
    assert (format_minor(amount, currency, "id"), format_minor(amount, currency, "en")) == (indonesian, english)

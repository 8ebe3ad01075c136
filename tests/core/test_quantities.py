import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.i18n import use_language
from tatausaha.core.imports.cells import CellError
from tatausaha.core.imports.cells import quantity as quantity_cell
from tatausaha.core.quantities import format_quantity, parse_quantity


@pytest.mark.parametrize(
    ("written", "thousandths"),
    [
        ("12", 12_000),
        ("0,5", 500),
        ("0.125", 125),
        ("1.250,5", 1_250_500),
        ("1,250.5", 1_250_500),
        ("1.250", 1_250_000),
        ("1,250,000", 1_250_000_000),
        ("1250.500", 1_250_500),
        ("- 3,25", -3_250),
    ],
)
def test_every_usual_way_to_write_a_quantity_is_understood(written: str, thousandths: int) -> None:
    assert parse_quantity(written) == thousandths


@pytest.mark.parametrize("written", ["", "abc", "1,2505", "12.50.000", "1.250.5", "--5", "1e5", "१२", "5 kg"])
def test_what_is_no_quantity_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        parse_quantity(written)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["id", "en"]))
def test_what_is_shown_can_be_typed_back_in_the_same_language(quantity: int, language: str) -> None:
    assert parse_quantity(format_quantity(quantity, language), language) == quantity


@pytest.mark.parametrize(
    ("cell", "thousandths"), [(12.0, 12_000), (0.1 + 0.2, 300), (3, 3_000), ("1.250,5", 1_250_500)]
)
def test_cells_hold_quantities_as_numbers_or_as_text(cell: float | str, thousandths: int) -> None:
    assert quantity_cell()(cell) == thousandths


@pytest.mark.parametrize("cell", [0.00051, True, float("inf"), float("nan"), "1,2345", -1.0, 10.0**9 + 1])
def test_a_cell_without_a_fit_quantity_says_why(cell: float | str) -> None:
    with use_language("en"), pytest.raises(CellError):
        quantity_cell()(cell)

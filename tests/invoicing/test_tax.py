"""PPN by line and PPh 23 by service, at rates that have a day and a source."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core.taxes import PPH23_RATES, PPN_RATES, ppn_of, ppn_rate
from tatausaha.invoicing.rules.pricing import Ppn, PriceLine, price
from tatausaha.invoicing.rules.tax import PPN_KINDS, Totals, tax, total
from tatausaha.purchasing.rules.totals import totals

TODAY = date(2026, 11, 22)


def fee(amount: int, ppn: Ppn = "normal", pph23: str = "accounting") -> PriceLine:
    return PriceLine(kind="retainer", label=ppn, price=amount, ppn=ppn, pph23=pph23)


def foot(*lines: PriceLine, minimum: int = 0, pkp: bool = True, has_npwp: bool = True) -> Totals:
    priced = price(lines, {}, minimum)
    return total(priced, tax(priced, pkp=pkp, on=TODAY), has_npwp=has_npwp)


def test_each_line_bears_the_ppn_of_its_service() -> None:
    lines = [fee(1_000_000), fee(2_000_000, "exempt", "labour"), fee(500_000, "none", "")]

    assert [one.ppn for one in tax(price(lines, {}, 0), pkp=True, on=TODAY)] == [110_000, 0, 0]
    assert foot(*lines) == Totals(3_500_000, 110_000, 3_610_000, 60_000)


def test_a_provider_that_is_not_pkp_charges_no_ppn_at_all() -> None:
    priced = price([fee(1_000_000)], {}, 0)

    assert [(one.ppn_kind, one.ppn) for one in tax(priced, pkp=False, on=TODAY)] == [("none", 0)]
    assert foot(fee(1_000_000), pkp=False).total == 1_000_000


def test_without_an_npwp_twice_the_pph_23_is_withheld_rounded_down_and_never_of_ppn() -> None:
    assert foot(fee(1_000_049)).pph23 == 20_000
    assert foot(fee(1_000_049), has_npwp=False).pph23 == 40_001
    assert foot(fee(1_000_000, pph23="")).pph23 == 0


@pytest.mark.parametrize(
    ("lines", "ppn", "service"),
    [
        ([fee(100, "exempt", "labour"), fee(100, "exempt", "labour")], "exempt", "labour"),
        ([fee(100, "none", ""), fee(100, "exempt", "labour")], "exempt", "labour"),
        ([fee(100, "exempt", "labour"), fee(100)], "normal", "accounting"),
        ([fee(100, "none", "")], "none", ""),
    ],
)
def test_what_fills_up_to_the_minimum_is_taxed_as_the_strictest_of_its_lines(
    lines: list[PriceLine], ppn: str, service: str
) -> None:
    filling = tax(price(lines, {}, 1_000), pkp=True, on=TODAY)[-1]

    assert (filling.ppn_kind, filling.pph23_service) == (ppn, service)


def test_rates_have_their_days_and_their_source() -> None:
    assert (ppn_rate(date(2024, 12, 31)), ppn_rate(date(2025, 1, 1))) == (11_000, 12_000)
    assert ppn_of(1_200_000, 11_000) == 132_000
    with pytest.raises(ValueError, match="no rate"):
        ppn_rate(date(2022, 3, 31))
    assert all(row.source for row in (*PPN_RATES, *PPH23_RATES))
    assert list(PPN_KINDS) == ["normal", "exempt", "none"]


@settings(max_examples=50)
@given(st.integers(0, 10**12))
def test_a_bill_and_an_invoice_of_one_amount_bear_the_same_ppn(amount: int) -> None:
    assert foot(fee(amount)).ppn == totals([amount], 12_000).ppn

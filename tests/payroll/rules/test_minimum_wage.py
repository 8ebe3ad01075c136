from datetime import date

from tatausaha.payroll.rules.minimum_wage import minimum_wage, minimum_wages_on

DAY = date(2026, 4, 1)


def test_a_city_goes_before_its_province_and_a_province_stands_in() -> None:
    bekasi, elsewhere = minimum_wage("Jawa Barat", "Kota Bekasi", DAY), minimum_wage("DKI Jakarta", "", DAY)
    assert bekasi is not None
    assert elsewhere is not None
    assert (bekasi.amount, elsewhere.amount) == (5_999_443, 5_729_876)
    assert minimum_wage("DKI Jakarta", "Jakarta Selatan", DAY) == elsewhere


def test_a_figure_with_sen_counts_as_the_next_full_rupiah() -> None:
    denpasar = minimum_wage("Bali", "Kota Denpasar", DAY)
    assert denpasar is not None
    assert denpasar.amount == 3_499_879


def test_a_place_without_a_known_figure_gives_none() -> None:
    assert minimum_wage("Atlantis", "", DAY) is None
    assert all(wage.amount > 1_000_000 for wage in minimum_wages_on(DAY))

from decimal import Decimal

from tatausaha.payroll.rules.foreign_currency import to_rupiah


def test_foreign_pay_becomes_whole_rupiah_at_the_ministers_rate() -> None:
    assert to_rupiah(Decimal(2000), Decimal(15_000)) == 30_000_000
    assert to_rupiah(Decimal("1234.56"), Decimal("15432.10")) == 19_051_853
    assert to_rupiah(Decimal("0.5"), Decimal("15432.11"), "floor") == 7_716

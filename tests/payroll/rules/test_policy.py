from datetime import date

import pytest

from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.policy import Policy, doubts_on, policy_on

DAY = date(2026, 4, 1)


def test_the_defaults_of_the_code_are_those_of_the_file() -> None:
    assert policy_on(DAY) == Policy()


def test_every_answer_in_the_file_can_be_chosen() -> None:
    for doubt in doubts_on(DAY):
        for answer in doubt.answers:
            assert getattr(policy_on(DAY, {doubt.name: answer}), doubt.name) == answer
        assert doubt.doubt
        assert doubt.source
    assert {doubt.name for doubt in doubts_on(DAY)} == set(Policy.__struct_fields__)


def test_an_unknown_setting_or_answer_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="tax_rounding"):
        policy_on(DAY, {"tax_rounding": "floor"})
    with pytest.raises(RuleError, match="floor, half_up"):
        policy_on(DAY, {"pph21_rounding": "ceil"})

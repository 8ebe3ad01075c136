"""The demo's verdict."""

import pytest

from tatausaha.demo.telling import Telling


def test_a_count_that_differs_is_told_and_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    telling = Telling()

    telling.step("Import", {"new": 9}, {"new": 9}, "rows")
    telling.step("Register", {"rupiah": 1_000_001}, {"rupiah": 1_000_000}, "rows")

    assert telling.disagreements == ["Register"]
    assert "rupiah 1.000.000: DOES NOT AGREE" in capsys.readouterr().out

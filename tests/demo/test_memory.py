"""What the demo remembers."""

from pathlib import Path

import pyotp
import pytest

from tatausaha.demo.memory import recall, tell_codes
from tatausaha.local.child import LocalError


def test_a_second_start_knows_the_passwords_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"

    first, second = recall(file, "2026-11"), recall(file, "2026-12")

    assert first == second
    assert second.month == "2026-11"


def test_passwords_are_for_their_owner_alone_and_new_in_every_installation(tmp_path: Path) -> None:
    one, other = recall(tmp_path / "one.json", "2026-11"), recall(tmp_path / "other.json", "2026-11")

    assert (tmp_path / "one.json").stat().st_mode & 0o077 == 0
    assert not {account.password for account in one.accounts} & {account.password for account in other.accounts}
    assert not {account.secret for account in one.accounts} & {account.secret for account in other.accounts}
    assert len({account.email for account in one.accounts}) == len(one.accounts)
    assert {account.role for account in one.accounts} == {"owner", "manager", "worker", "approver", "viewer"}


def test_the_codes_of_the_moment_can_be_read_for_every_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "demo.json"
    accounts = recall(file, "2026-11").accounts

    tell_codes(file)

    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[-1] for line in lines] == [account.email for account in accounts]
    assert all(
        pyotp.TOTP(one.secret).verify(line.split()[0], valid_window=1)
        for one, line in zip(accounts, lines, strict=True)
    )


def test_without_a_demo_there_are_no_codes(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no demo yet"):
        tell_codes(tmp_path / "demo.json")

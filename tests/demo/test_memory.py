"""What the demo remembers."""

from pathlib import Path

from tatausaha.demo.memory import recall


def test_a_second_start_knows_the_passwords_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"

    first, second = recall(file, "2026-11"), recall(file, "2026-12")

    assert first == second
    assert second.month == "2026-11"


def test_passwords_are_for_their_owner_alone_and_new_in_every_installation(tmp_path: Path) -> None:
    one, other = recall(tmp_path / "one.json", "2026-11"), recall(tmp_path / "other.json", "2026-11")

    assert (tmp_path / "one.json").stat().st_mode & 0o077 == 0
    assert not {account.password for account in one.accounts} & {account.password for account in other.accounts}
    assert len({account.email for account in one.accounts}) == len(one.accounts)
    assert {account.role for account in one.accounts} == {"owner", "manager", "worker", "approver", "viewer"}

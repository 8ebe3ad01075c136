"""What the demo remembers between two starts: its accounts with their passwords, its month, and the run it made."""

import os
from pathlib import Path

import msgspec

from tatausaha.demo.companies import PROVIDERS
from tatausaha.demo.founding import Account, plan_accounts


class Memory(msgspec.Struct):
    """`month` is the month that was open when the demo was made."""

    month: str
    accounts: list[Account]
    run_id: str = ""

    def of(self, place: str, role: str) -> Account:
        """The first account of a role at a provider or client company."""
        return next(one for one in self.accounts if (one.works_for, one.role) == (place, role))


def recall(file: Path, month: str) -> Memory:
    """What was kept; at the first start, new passwords for everybody."""
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Memory)
    memory = Memory(month, [account for provider in PROVIDERS for account in plan_accounts(provider)])
    keep(file, memory)
    return memory


def keep(file: Path, memory: Memory) -> None:
    """Write it whole or not at all, for the eyes of its owner alone."""
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(memory)))
    os.replace(draft, file)

"""What the demo remembers between two starts: its accounts with their passwords, its month, and the run it made."""

import os
import time
from pathlib import Path

import click
import msgspec
import pyotp

from tatausaha.demo.companies import PROVIDERS
from tatausaha.demo.founding import Account, plan_accounts
from tatausaha.identity.totp import SPAN_SECONDS
from tatausaha.local.child import LocalError


class Memory(msgspec.Struct):
    """`month` is the month that was open when the demo was made."""

    month: str
    accounts: list[Account]
    run_id: str = ""

    def of(self, place: str, role: str) -> Account:
        """The first account of a role at a provider or client company."""
        return next(one for one in self.accounts if (one.works_for, one.role) == (place, role))


def tell_codes(file: Path) -> None:
    """Print what the authenticator apps of all accounts show now. Raises LocalError before the first start."""
    if not file.exists():
        raise LocalError("There is no demo yet. `tata demo` makes one.")
    left = SPAN_SECONDS - int(time.time()) % SPAN_SECONDS
    click.echo(f"Codes for the next {left} seconds; each of them opens once:")
    for account in msgspec.json.decode(file.read_bytes(), type=Memory).accounts:
        click.echo(f"  {pyotp.TOTP(account.secret).now()}  {account.role:9} {account.email}")


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

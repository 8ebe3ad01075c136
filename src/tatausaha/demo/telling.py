"""What the demo says while it goes: each step in a line with its counts, and the same counts taken another way."""

import sys
from collections.abc import Mapping

import click

Counts = Mapping[str, int | str]
WIDTH = 30


class Telling:
    """Prints the steps and remembers whether every count agreed."""

    def __init__(self) -> None:
        self.number = 0
        self.disagreements: list[str] = []

    def say(self, sentence: str) -> None:
        click.echo(sentence)

    def step(self, title: str, said: Counts, counted: Counts, how: str) -> None:
        """One step: what the application says of it, and what was counted independently, and how."""
        self.number += 1
        agree = dict(said) == dict(counted)
        click.echo(f"{self.number:2}. {title}: {_written(said)}")
        click.secho(f"    {how}: {_written(counted)}: ", nl=False, dim=agree)
        click.secho("agrees" if agree else "DOES NOT AGREE", fg="green" if agree else "red")
        if not agree:
            self.disagreements.append(title)

    def progress(self, title: str, done: int, total: int, *, ended: bool) -> None:
        """How far a job is: a bar that moves on a terminal, and elsewhere a line at its end."""
        counts = f"{done} of {total}"
        if sys.stdout.isatty():
            filled = WIDTH * done // max(total, 1)
            bar = "█" * filled + "░" * (WIDTH - filled)
            click.echo(f"\r    {title} {bar} {counts} ", nl=ended)
        elif ended:
            click.echo(f"    {title}: {counts}")


def _written(counts: Counts) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in counts.items())


def _shown(value: int | str) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

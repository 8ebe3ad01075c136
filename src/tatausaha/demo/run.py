"""`tata demo`: the whole product on one machine, with two firms in it and a month end that happens before one's eyes."""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

import click
import httpx
import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.errors import AppError
from tatausaha.core.i18n import use_language
from tatausaha.core.process import close_process, open_process
from tatausaha.demo.browser import Browser
from tatausaha.demo.companies import PROVIDERS
from tatausaha.demo.memory import Memory, recall
from tatausaha.demo.month_end import run_month_end
from tatausaha.demo.past import Team, make_paper
from tatausaha.demo.scene import Scene
from tatausaha.demo.standins import mailbox, payment_service
from tatausaha.demo.telling import Telling
from tatausaha.demo.workforce import past_months
from tatausaha.demo.world import make_world
from tatausaha.local.child import LocalError
from tatausaha.local.installation import HOST, installation
from tatausaha.local.servers import find_running
from tatausaha.local.supervisor import Supervisor
from tatausaha.people.rules import today
from tatausaha.settings import Settings, SettingsError, load

WITH_PAPER = 2  # the last months of the past get their payslips before the month end begins, the others after it


def main(exit_after: bool) -> int:
    """Make the world, run the month end, serve until Ctrl-C; with `exit_after` end before serving.

    Gives 0 only if every independent count agrees. Raises SettingsError or LocalError with a sentence.
    """
    settings = load(os.environ)
    if not settings.embedded:
        raise SettingsError("The demo runs on servers of its own. Unset TATA_DATABASE_URL and TATA_REDIS_URL for it.")
    (settings.home / "demo").mkdir(parents=True, exist_ok=True)
    memory = recall(settings.home / "demo.json", str(Period.of(today())))
    click.echo("Starting PostgreSQL, Redis, the web, the workers, a mailbox")
    with mailbox(settings.home / "mail", settings.home / "logs") as smtp_url:
        # Whatever is set, nothing of a demo leaves this machine.
        own = msgspec.structs.replace(settings, smtp_url=smtp_url, base_url=f"http://{HOST}:{settings.port}")
        with payment_service(own) as complete, installation(complete) as running:
            disagreements = asyncio.run(_play(running.settings, memory, serving=not exit_after))
            _tell_end(running.settings, memory, disagreements)
            if not exit_after:
                _serve_until_interrupted(running.supervisor)
    return 1 if disagreements else 0


async def _play(settings: Settings, memory: Memory, *, serving: bool) -> list[str]:
    """The past and the month end; gives the steps whose counts did not agree."""
    await open_process(settings, connections=8, patience=30)
    logging.disable(logging.INFO)
    try:
        with use_language("en"):
            click.echo("Two firms with three clients each, and the months behind them")
            servers = find_running(settings.home)
            assert servers
            months, telling = past_months(Period.parse(memory.month)), Telling()
            teams = await make_world(settings, memory, servers.url("postgres"), telling)
            await make_paper(teams.values(), months[-WITH_PAPER:])
            await _month_end(settings, memory, teams, telling)
            if serving:
                await make_paper(teams.values(), months)
    except AppError as error:
        raise LocalError(f"The demo cannot go on: {error}") from error
    except httpx.HTTPError as error:
        logs = settings.home / "logs"
        raise LocalError(f"The web gave no answer ({type(error).__name__}); {logs} may say why.") from error
    finally:
        await close_process()
    return telling.disagreements


async def _month_end(settings: Settings, memory: Memory, teams: dict[str, Team], telling: Telling) -> None:
    provider = PROVIDERS[0]
    company = provider.companies[0]
    telling.say(f"The month end of {company.name}, {memory.month}, through {settings.base_url}")
    async with AsyncExitStack() as stack:

        async def enter(place: str, role: str) -> Browser:
            browser = Browser(settings.base_url)
            stack.push_async_callback(browser.close)
            return await browser.sign_in(memory.of(place, role))

        await run_month_end(
            Scene(
                company=company,
                team=teams[company.code],
                month=Period.parse(memory.month),
                worker=await enter(provider.name, "worker"),
                manager=await enter(provider.name, "manager"),
                approver=await enter(company.name, "approver"),
                telling=telling,
                folder=settings.home / "demo",
                mail=settings.home / "mail",
            )
        )


def _tell_end(settings: Settings, memory: Memory, disagreements: list[str]) -> None:
    click.echo("\nWhat came out lies here:")
    click.echo(f"  payslips and reports  {_shown(settings.home / 'demo')}")
    click.echo(f"  everything kept       {settings.storage_url.removeprefix('file://')}")
    click.echo(f"  letters that left     {_shown(settings.home / 'mail' / 'new')}")
    click.echo(f"\n{settings.base_url}, with these accounts (also in {_shown(settings.home / 'demo.json')}):")
    place = ""
    for account in memory.accounts:
        if account.works_for != place:
            place = account.works_for
            click.secho(f"  {place}", bold=True)
        click.echo(f"    {account.role:9} {account.email:30} {account.password}  {account.note}")
    click.echo("Each of them has an authenticator app, which the demo plays: `tata demo --codes` shows its codes.")
    if disagreements:
        click.secho(f"\nThe counts do not agree: {', '.join(disagreements)}.", fg="red", err=True)
    else:
        click.secho("\nEvery count agrees.", fg="green")


def _shown(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _serve_until_interrupted(supervisor: Supervisor) -> None:
    click.echo("Ctrl-C stops it.")
    try:
        supervisor.wait()
    except KeyboardInterrupt:
        click.echo("Stopping")

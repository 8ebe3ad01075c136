"""The `tata` command. Imports stand inside the commands, so that each loads what it needs and `--help` is quick."""
# ruff: noqa: PLC0415

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import click

from tatausaha.settings import PROJECT, Settings, SettingsError, load

port_option = click.option("--port", type=click.IntRange(1, 65535), help="Instead of TATA_PORT.")


@click.group()
def commands() -> None:
    """Tatausaha, the back office of client companies: serve it, work for it, look after it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends in order, as Ctrl-C does


def main() -> None:
    """Run a command; what is wrong with this machine is told in a sentence, with exit code 1."""
    from tatausaha.core.errors import AppError
    from tatausaha.core.migrate import MigrationFailed
    from tatausaha.local.child import LocalError

    try:
        commands()
    except (SettingsError, LocalError, MigrationFailed, AppError) as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)


@commands.command()
@port_option
def serve(port: int | None) -> None:
    """Run everything on this machine: web, workers, relay, clock, and the servers unless TATA_… names yours."""
    from tatausaha.local.installation import installation

    settings = settings_with(port)
    with installation(settings) as running:
        click.echo(
            f"Tatausaha is at {running.settings.base_url}. Logs are in {settings.home / 'logs'}. Ctrl-C stops it."
        )
        try:
            running.supervisor.wait()
        except KeyboardInterrupt:
            click.echo("Stopping")


@commands.command()
@port_option
@click.option("--host", default="127.0.0.1", show_default=True)
def web(host: str, port: int | None) -> None:
    """Run one web process."""
    from tatausaha.local.installation import web_command

    settings = settings_with(port)
    become(web_command(host, settings.port), settings)


@commands.command()
def worker() -> None:
    """Run one worker process."""
    from tatausaha.local.installation import WORKER

    become(WORKER, settings_with(None))


@commands.command()
def relay() -> None:
    """Run the relay, which carries committed jobs to the workers."""
    from tatausaha.local.installation import RELAY

    become(RELAY, settings_with(None))


@commands.command()
def clock() -> None:
    """Run the clock, which writes the jobs that are due by time."""
    from tatausaha.local.installation import CLOCK

    become(CLOCK, settings_with(None))


@commands.command()
def migrate() -> None:
    """Bring the database to the newest tables, as its owner."""
    import asyncio

    from tatausaha.core.migrate import migrate as bring_up
    from tatausaha.local.installation import joined_settings

    settings = joined_settings(settings_with(None))
    if not settings.owner_database_url:
        raise SettingsError(
            "TATA_OWNER_DATABASE_URL is not set: migrations run as the owner of the tables, tata_owner."
        )
    asyncio.run(bring_up(settings.owner_database_url))
    click.echo("The database is up to date.")


@commands.command()
@click.argument("name")
@click.option("--owner", required=True, help="The first owner's name.")
@click.option("--email", required=True, help="The address that the owner signs in with.")
@click.password_option(help="The owner's password; asked for when not given.")
def provider(name: str, owner: str, email: str, password: str) -> None:
    """Make a new outsourcing firm NAME with its first owner, who then invites everybody else."""
    import asyncio

    from tatausaha.core.db import DB
    from tatausaha.identity.service import found_provider
    from tatausaha.local.billing import open_account
    from tatausaha.local.installation import joined_settings

    settings = joined_settings(settings_with(None))

    async def found() -> None:
        await DB.connect(settings.database_url, max_size=1)
        tenant_id, _ = await found_provider(name, owner, email, password)
        await open_account(settings, tenant_id)
        await DB.disconnect()

    asyncio.run(found())
    click.echo(f"{name} is set up; {email} may sign in.")


@commands.command()
@click.option(
    "--exit", "exit_after", is_flag=True, help="End when the month is closed; the exit code tells whether all agreed."
)
@click.option("--codes", is_flag=True, help="Only print what the authenticator apps of the demo's people show now.")
def demo(exit_after: bool, codes: bool) -> None:
    """Make two providers with a year of data, and run a client's month end through the real application."""
    from tatausaha.demo.memory import tell_codes
    from tatausaha.demo.run import main as run

    if codes:
        return tell_codes(settings_with(None).home / "demo.json")
    sys.exit(run(exit_after))


@commands.command()
def bounce() -> None:
    """Read a mail server's report (RFC 3464) from standard input and mark the letter that it returns.

    For the pipe of the address that TATA_MAIL_SENDER names. Exit code 75 asks the mail server to try again later.
    """
    import asyncio

    from tatausaha.core import bounces
    from tatausaha.core.db import AWAY, DB
    from tatausaha.local.installation import joined_settings

    report = bounces.read_report(sys.stdin.buffer.read(bounces.LARGEST))
    if report is None:
        return click.echo("This is no report about a letter of ours; nothing was changed.", err=True)

    import tatausaha.purchasing.service.sending  # noqa: F401 - follows the fate of orders

    settings = joined_settings(settings_with(None))

    async def note() -> bool:
        await DB.connect(settings.database_url, max_size=1)
        marked = await bounces.note(report)
        await DB.disconnect()
        return marked

    try:
        click.echo(
            "The letter is marked as come back." if asyncio.run(note()) else "Nothing had to be changed.", err=True
        )
    except AWAY as error:
        click.echo(f"The database is away: {type(error).__name__}", err=True)
        sys.exit(os.EX_TEMPFAIL)
    return None


@commands.command()
def doctor() -> None:
    """Say what is configured, reachable, migrated and lagging; exit code 1 if something is wrong."""
    import asyncio

    from tatausaha.local.doctor import describe, examine
    from tatausaha.local.installation import joined_settings

    settings = settings_with(None)
    for name, value, meaning in describe(settings):
        click.echo(f"{name:24} {click.style(value, bold=True)}\n{'':24} {meaning}")
    settings = joined_settings(settings)

    async def report() -> bool:
        well = True
        async for finding in examine(settings):
            click.secho("well   " if finding.well else "wrong  ", fg="green" if finding.well else "red", nl=False)
            click.echo(finding.sentence)
            well = well and finding.well
        return well

    sys.exit(not asyncio.run(report()))


@commands.group()
def keys() -> None:
    """The keys that seal identity numbers, bank accounts and second factors."""


@keys.command()
def create() -> None:
    """Add a new master key to the file of TATA_KEYS_URL, which is made when missing. Keep a copy of the file apart."""
    from tatausaha.core.master_keys import create_key_file

    file = settings_with(None).keys_file
    click.echo(f"Master key {create_key_file(file)} is in {file}; `tata keys rewrap` puts the data keys under it.")


@keys.command()
def rotate() -> None:
    """Make new data keys for the house and every provider; the workers seal everything anew, while work goes on."""
    import asyncio

    from tatausaha.local.installation import joined_settings
    from tatausaha.local.keys import rotate_all

    click.echo("This takes a minute, until every process knows the new keys.")
    count = asyncio.run(rotate_all(joined_settings(settings_with(None))))
    click.echo(f"{count} providers get a new key; the page of jobs shows how far their rows are.")


@keys.command()
@click.option("--from", "old_url", help="Where the data keys were wrapped until now, if not at TATA_KEYS_URL.")
def rewrap(old_url: str | None) -> None:
    """Wrap all data keys by the newest master key of TATA_KEYS_URL. Restart the processes before, so that they know it."""
    import asyncio

    from tatausaha.local.installation import joined_settings
    from tatausaha.local.keys import rewrap_all

    settings = joined_settings(settings_with(None))
    count = asyncio.run(rewrap_all(settings, old_url or settings.keys_url))
    click.echo(f"{count} data keys are wrapped by the newest master key.")


@commands.group()
def audit() -> None:
    """The access log."""


@audit.command("verify")
@click.option("--provider", "tenant_id", type=click.UUID, help="Only this provider's chain, by its id.")
def verify_chain(tenant_id: UUID | None) -> None:
    """Walk the chain over the access log and name the first break, if any; exit code 1 if there is one."""
    import asyncio

    from tatausaha.core.audit_chain import chain_key
    from tatausaha.core.audit_verify import verify_all
    from tatausaha.core.db import DB
    from tatausaha.local.installation import joined_settings

    settings = joined_settings(settings_with(None))

    async def walk() -> bool:
        await DB.connect(settings.database_url, max_size=1)
        whole = True
        async for name, found in verify_all(chain_key(settings.secret_key), tenant_id):
            click.secho(f"{name}: {found}", fg="red" if found.problem else "green")
            whole = whole and found.problem is None
        await DB.disconnect()
        return whole

    sys.exit(not asyncio.run(walk()))


@commands.group()
def billing() -> None:
    """What providers pay for this installation, through Stripe."""


@billing.command("set-up")
def set_up_billing() -> None:
    """Make the products, prices and portal of all plans at Stripe, as far as they are missing."""
    import asyncio

    from tatausaha.local.billing import set_up
    from tatausaha.local.installation import joined_settings

    made = asyncio.run(set_up(joined_settings(settings_with(None))))
    for name in made:
        click.echo(f"made {name}")
    click.echo(f"Stripe sells every plan; {len(made)} things were made.")


@billing.command("status")
def billing_status() -> None:
    """Say what is set up at Stripe, what waits, and whether somebody pays whom nobody knows; exit code 1 if so."""
    import asyncio

    from tatausaha.local.billing import read_status
    from tatausaha.local.installation import joined_settings

    found = asyncio.run(read_status(joined_settings(settings_with(None))))
    click.echo(f"Stripe's {'test' if found.test else 'live'} mode, {found.living} subscriptions alive.")
    click.echo(f"{found.waiting_events} events wait.")
    problems = [f"The price {key} is missing; run `tata billing set-up`." for key in found.missing]
    problems += [] if found.portal else ["The portal is not set up; run `tata billing set-up`."]
    problems += [f"The subscription {name} is of a customer whom nobody here knows." for name in found.unknown]
    for problem in problems:
        click.secho(problem, fg="red")
    sys.exit(bool(problems))


@commands.group()
def payroll() -> None:
    """The payroll rules by themselves."""


@payroll.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def cases(file: Path) -> None:
    """Calculate the cases in FILE (a JSON object a line) and show each that differs; exit code 1 if one does."""
    from tatausaha.payroll.cases.check import check_file

    sys.exit(not check_file(file, click.echo))


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure speed and memory; prints a table of ratios and writes bench.json. Needs the project's folder."""
    sys.exit(subprocess.run([sys.executable, "-m", "tests.bench", *arguments], cwd=PROJECT, check=False).returncode)


def settings_with(port: int | None) -> Settings:
    """The settings of the environment; a port given on the command line goes before TATA_PORT."""
    return load({**os.environ, **({"TATA_PORT": str(port)} if port else {})})


def become(command: list[str] | tuple[str, ...], settings: Settings) -> NoReturn:
    """Turn into the process, so that signals and its exit code need nobody between."""
    from tatausaha.local.environment import as_environment
    from tatausaha.local.installation import joined_settings

    os.execve(command[0], command, {**os.environ, **as_environment(joined_settings(settings))})  # noqa: S606


if __name__ == "__main__":
    main()

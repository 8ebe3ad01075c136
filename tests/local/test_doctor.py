from pathlib import Path

import msgspec
import pytest

from tatausaha.core.migrate import migrate
from tatausaha.local.doctor import LAG_ALLOWED, describe, examine
from tatausaha.local.environment import with_servers
from tatausaha.local.servers import Servers
from tatausaha.settings import Settings, load
from tests.local.asking import ask

OVERDUE = """
with firm as (insert into provider (name) values ('A firm that waits') returning id)
insert into job (tenant_id, kind, queue, payload, title, unit, once_key, run_at)
select id, 'test.wait', 'default', '{}', '{}', '{}', 'one', now() - interval '1 hour' from firm
"""


UNHEARD = """
insert into stripe_event (id, kind, happened_at, body, received_at) values
  ('evt_1', 'invoice.paid', now(), '{}', now() - interval '11 minutes'), ('evt_2', 'invoice.paid', now(), '{}', now())
"""


@pytest.fixture
def settings(servers: Servers, home: Path) -> Settings:
    return with_servers(load({"TATA_HOME": str(home)}), servers)


async def findings(settings: Settings) -> dict[bool, list[str]]:
    found: dict[bool, list[str]] = {True: [], False: []}
    async for finding in examine(settings):
        found[finding.well].append(finding.sentence)
    return found


async def test_what_is_migrated_and_what_lags_is_told(settings: Settings, servers: Servers) -> None:
    before = await findings(settings)
    assert any("migrations are pending: run `tata migrate`." in sentence for sentence in before[False])
    await migrate(settings.owner_database_url)
    after = await findings(settings)
    assert not any("migration" in sentence or "job" in sentence for sentence in after[False])
    await ask(servers.url("postgres"), OVERDUE, "select 1")
    lagging = await findings(settings)
    assert any("The oldest job has waited for 36" in sentence for sentence in lagging[False])
    assert LAG_ALLOWED < 3600
    billed = msgspec.structs.replace(settings, stripe_key="sk_test_x")
    heard = await findings(billed)
    assert any(sentence.startswith("0 events of the payment service wait") for sentence in heard[True])
    await ask(servers.url("postgres"), UNHEARD, "select 1")
    assert any(
        sentence.startswith("2 events of the payment service wait to be looked into, the oldest for 66")
        for sentence in (await findings(billed))[False]
    )
    assert not any("payment service" in sentence for sentence in (await findings(settings))[False])


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "database_url",
            "postgresql://tata_app:hush@127.0.0.1:1/x",
            "PostgreSQL does not answer at postgresql://tata_app:…@",
        ),
        ("redis_url", "redis://127.0.0.1:1/0", "Redis does not answer at redis://127.0.0.1:1/0"),
        ("smtp_url", "smtp://me:hush@127.0.0.1:1", "The mail server does not answer at smtp://me:…@127.0.0.1:1"),
        ("keys_url", "file:///nowhere/keys.json", "The master key at file:///nowhere/keys.json does not work: "),
        ("clamav_url", "tcp://127.0.0.1:1", "ClamAV does not answer at tcp://127.0.0.1:1: no file is taken in."),
        ("frontend", Path("/nowhere"), "The front end in /nowhere is not built"),
    ],
)
async def test_what_is_unreachable_is_named_without_its_password(
    settings: Settings, variable: str, value: object, sentence: str
) -> None:
    found = await findings(msgspec.structs.replace(settings, **{variable: value}))
    assert any(wrong.startswith(sentence) for wrong in found[False])
    assert not any("hush" in line for line in found[True] + found[False])


async def test_a_role_that_could_see_everything_is_refused(settings: Settings, servers: Servers) -> None:
    found = await findings(msgspec.structs.replace(settings, database_url=servers.superuser_url))
    assert any("names a role that row security does not bind" in wrong for wrong in found[False])


def test_the_list_of_settings_shows_no_secret(settings: Settings) -> None:
    shown = {name: value for name, value, _ in describe(settings)}
    assert shown["TATA_SECRET_KEY"] == "set, not shown"
    assert shown["TATA_SMTP_URL"] == "none"

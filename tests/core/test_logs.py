"""What the processes write down holds no key to anything and nobody's numbers."""

import logging
import subprocess
import sys
from pathlib import Path
from time import process_time

import asyncpg
import pytest

from tatausaha.core.logs import Redacting, redacted
from tatausaha.settings import Settings
from tests.hostile.serving import serving
from tests.make import Office
from tests.people.make import NIK, typed

TOKEN = "kD3xQ9vW2mZ7pL5tR8yB1nC4hJ6fG0sAeU-iOqKw_zE"
SECRETS = {
    "password=hush-hush&x=1": "hush-hush",
    "{'password': 'hush hush', 'b': 1}": "hush hush",
    '"new_password": "hush"': "hush",
    "PASSWORD = hush": "hush",
    "Authorization: Bearer abc.def-123": "abc.def-123",
    "got bearer abcdef0123": "abcdef0123",
    "Cookie: a=b; tata=hush; c=d": "hush",
    "(b'cookie', b'__Host-tata=hush')": "hush",
    "Set-Cookie: tata=hush; Path=/": "hush",
    f"GET /invitations/{TOKEN} 404": TOKEN,
    f"nik {NIK}.": NIK,
    "nik='12 3456'": "12 3456",
    "3201 0101 0190 0001": "0101",
    "01.234.567.8-901.000": "567",
    "account 98765432109876": "98765432109876",
    "bank_account_number: 123-456": "123-456",
    "postgresql://tata_app:hush@db/x": "hush",
    "totp=123456": "123456",
    "recovery code, recovery_code=abcd-efgh": "abcd-efgh",
    "X-Csrf-Token: hush": "hush",
    "Failing row contains (3, Sari, 3201010101900001, null)": NIK[:4],
}
KEPT = (
    "2026-11-21 22:30:00,123 ERROR tatausaha.web reference 1a2b3c4d at POST /people/{employee_id:uuid}",
    "job 019aa7d2-4b1e-7cc3-9f3e-2d1c8f6a7b10 attempt 2 was taken over",
    "23514 employee leak",
    '  File "/app/src/tatausaha/people/service/employees.py", line 120, in add_employee',
)


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_not_written_in_whatever_way_it_stands_there(line: str) -> None:
    assert SECRETS[line] not in redacted(line)


@pytest.mark.parametrize("line", KEPT)
def test_what_helps_to_find_a_fault_stays(line: str) -> None:
    assert redacted(line) == line


@pytest.mark.parametrize(
    "line", ["a" * 1_000_000, "password" * 100_000, "1 " * 500_000, "://" * 300_000, "-" * 1_000_000]
)
def test_a_long_line_does_not_hold_the_process_up(line: str) -> None:
    began = process_time()
    redacted(line)

    assert process_time() - began < 5


def test_a_message_cannot_pretend_to_be_two() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "path %s", ("/a\r\n2026 INFO root all is well\x1b[2J",), None)

    assert len(Redacting().format(record).splitlines()) == 1
    assert "\x1b" not in Redacting().format(record)


def test_every_line_has_its_time_in_utc() -> None:
    record = logging.LogRecord("tatausaha.x", logging.INFO, "", 0, "well", (), None)
    record.created, record.msecs = 1_763_768_000.5, 500.0

    assert Redacting().format(record) == "2025-11-21T23:33:20.500Z INFO tatausaha.x well"


def test_a_traceback_is_redacted_and_keeps_its_lines() -> None:
    program = (
        "import logging, sys\nfrom tatausaha.core.logs import open_logs\n"
        "early = logging.getLogger('of.somebody'); early.addHandler(logging.StreamHandler())\n"
        "open_logs()\n"
        "try:\n    raise ValueError('password=hush for 3201010101900001')\n"
        "except ValueError:\n    early.exception('no luck with %s', {'token': 'hush'})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr.count("Traceback") == 2
    assert [word for word in ("hush", NIK) if word in done.stderr] == []


async def test_a_failing_request_with_secrets_in_every_place_leaves_none_in_the_logs_of_the_server(
    settings: Settings, office: Office, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    account, name = "98765432109876", "Bocor Halus"
    await superuser.execute("alter table employee add constraint leak check (name <> 'Bocor Halus') not valid")
    log = tmp_path / "log"
    async with serving(settings, log=log) as server, server.browser(tata=office.worker.token) as browser:
        headers = {"authorization": f"Bearer {TOKEN}", "x-csrf-token": office.worker.csrf, "x-api-key": TOKEN}
        form = typed(office, nik=NIK, bank_account=account, name=name)
        failed = await browser.post(f"/people?token={TOKEN}&nik={NIK}", data=form, headers=headers)
        await browser.get(f"/invitations/{TOKEN}%0A", headers=headers)
    await superuser.execute("alter table employee drop constraint leak")
    told = log.read_text()

    assert (failed.status_code, "leak" in told) == (500, True)
    assert [secret for secret in (NIK, account, TOKEN, office.worker.token, office.worker.csrf) if secret in told] == []

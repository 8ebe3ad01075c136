"""A report of a mail server marks the one letter that it returns, whatever it looks like, and no other."""

import os
import subprocess
import sys
from email.message import EmailMessage
from uuid import UUID

import pytest

from tatausaha.core import bounces, db, letters
from tatausaha.core.bounces import read_report
from tatausaha.core.letters import Envelope
from tatausaha.local.environment import as_environment
from tatausaha.settings import Settings
from tests.make import Office

NAME = "<order-01a2.1@tatausaha>"
STATUS = """Reporting-MTA: dns; mx.sumber.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0700

Final-Recipient: rfc822; sales@sumber.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <sales@sumber.example>
    User unknown
"""
HEADERS = "From: Tata <tata@example.test>\r\nTo: sales@sumber.example\r\nMessage-ID: {name}\r\nSubject: PO\r\n"


def report(
    name: str = NAME,
    *,
    action: str = "failed",
    status: str = "message/delivery-status",
    returned: str = "message/rfc822",
    said: str = STATUS,
) -> bytes:
    """A report in the shape that RFC 3464 describes, as servers write it."""
    parts = [
        ("text/plain; charset=utf-8", "Maaf, surat Anda tidak sampai."),
        (status, said.format(action=action)),
        (returned, HEADERS.format(name=name) + ("" if returned.endswith("headers") else "\r\nHalo\r\n")),
    ]
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{content}\r\n" for kind, content in parts)
    head = "From: MAILER-DAEMON@mx.sumber.example\r\nMIME-Version: 1.0\r\nSubject: Undelivered\r\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    return (head + kind + body + "--b--\r\n").encode()


@pytest.mark.parametrize(
    "written",
    [
        report(),
        report().replace(b"\r\n", b"\n"),
        report(returned="text/rfc822-headers"),
        report(returned="message/global", status="message/global-delivery-status"),
        report(returned="message/global-headers"),
        report().replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;"),
        b"Received: from a by b\r\n" + report(),
    ],
    ids=["postfix", "bare line ends", "headers alone", "RFC 6533", "global headers", "no report by name", "forwarded"],
)
def test_reports_of_all_shapes_are_read(written: bytes) -> None:
    found = read_report(written)

    assert found is not None
    assert (found.message_id, found.failed) == (NAME, True)
    assert found.words == "550 5.1.1 <sales@sumber.example> User unknown"


def test_a_report_without_a_diagnosis_tells_its_status_and_a_delay_is_no_failure() -> None:
    bare = read_report(report(said=STATUS.partition("Diagnostic")[0]))
    late = read_report(report(action="delayed"))
    both = read_report(
        report(said=STATUS.replace("failed", "x") + "\nFinal-Recipient: rfc822; b@c.example\nAction: failed\n")
    )

    assert bare is not None
    assert bare.words == "5.1.1"
    assert late is not None
    assert not late.failed
    assert both is not None
    assert both.failed


def nested(depth: int) -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(depth))
    return opened.encode() + report()


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\xff\x00" * 500,
        bytes(EmailMessage()),
        b"Subject: Re: PO\r\n\r\nMessage-ID: " + NAME.encode(),
        report("<somebody@else.example>"),
        report("<order-1.1@tatausaha> <order-2.1@tatausaha>"),
        report("<a@tatausaha.evil.example>"),
        report(said="Nothing: here\n"),
        nested(3000),
    ],
    ids=["empty", "bytes", "no parts", "a reply", "not ours", "two", "like ours", "no status", "endless"],
)
def test_what_is_no_report_about_a_letter_of_ours_is_none(written: bytes) -> None:
    assert read_report(written) is None


async def letter(office: Office, key: str, name: str, state: str = "sent", client_id: UUID | None = None) -> None:
    async with office.scope():
        await letters.write_in(
            Envelope(message_id=name),
            "invitation",
            "sales@sumber.example",
            once_key=key,
            language="id",
            client_id=client_id,
            data={},
        )
        await db.execute("update mail set state = $2, sent_at = now() where once_key = $1", key, state)


async def states(office: Office) -> dict[str, tuple[str, str]]:
    async with office.scope():
        found = await db.records("select once_key, state, answer from mail order by once_key")
    return {row["once_key"]: (row["state"], row["answer"]) for row in found}


async def test_only_the_newest_letter_that_left_under_that_name_is_marked_once(
    office: Office, other_office: Office
) -> None:
    mine, other = f"<order-{office.client_id}.1@tatausaha>", f"<order-{office.client_id}.2@tatausaha>"
    for key, name, state in (("1", mine, "refused"), ("2", mine, "sent"), ("3", mine, "queued"), ("5", other, "sent")):
        await letter(office, key, name, state, office.client_id)
    await letter(other_office, "4", f"<{other_office.client_id}@tatausaha>")
    returned, late = read_report(report(mine)), read_report(report(other, action="delayed"))
    unknown = read_report(report(f"<order-{office.client_id}.9@tatausaha>"))
    assert returned is not None
    assert late is not None
    assert unknown is not None

    assert [await bounces.note(one) for one in (returned, returned, late, unknown)] == [True, False, False, False]

    words = "550 5.1.1 <sales@sumber.example> User unknown"
    assert await states(office) == {
        "1": ("refused", ""),
        "2": ("bounced", words),
        "3": ("queued", ""),
        "5": ("sent", ""),
    }
    assert await states(other_office) == {"4": ("sent", "")}


async def test_a_mail_servers_pipe_marks_the_letter_and_is_never_answered_with_an_error(
    office: Office, settings: Settings
) -> None:
    mine = f"<order-{office.client_id}.1@tatausaha>"
    await letter(office, "1", mine, "sent", office.client_id)
    environment = {**os.environ, **as_environment(settings)}

    def pipe(written: bytes) -> int:
        command = [sys.executable, "-m", "tatausaha.cli", "bounce"]
        return subprocess.run(command, input=written, env=environment, capture_output=True, check=False).returncode

    assert [pipe(report(mine)), pipe(b"Subject: Hello\r\n\r\nHi")] == [0, 0]
    assert (await states(office))["1"][0] == "bounced"
    environment["TATA_DATABASE_URL"] = "postgresql://tata_app@127.0.0.1:1/none"
    assert pipe(report(mine)) == os.EX_TEMPFAIL

"""A letter leaves once, whatever happens between us and the mail server."""

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.controller import Controller

from tatausaha.core import db, letters, process
from tatausaha.core.claims import Fenced, claim
from tatausaha.core.letters import SendMail
from tatausaha.core.mail import Mailer
from tatausaha.core.web.templating import make_engine
from tatausaha.settings import PROJECT
from tests.make import Office
from workers.mail import Attempt
from workers.runtime import execute


class Inbox:
    """A real mail server that answers as the test says."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith(("250", "drop")):
            self.received.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        if self.answer == "drop":
            server.transport.abort()
        return self.answer


@pytest.fixture
def inbox(app: object) -> Iterator[Inbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inbox, before = Inbox(), process.tools()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailer = Mailer(f"smtp://127.0.0.1:{port}?timeout=3", "Tata <tata@example.test>")
    process._open[:] = [msgspec.structs.replace(before, mailer=mailer)]
    yield inbox
    process._open[:] = [before]
    controller.stop()


async def write(office: Office, once_key: str = "published") -> UUID:
    """A letter; gives the id of its job."""
    async with office.scope():
        await letters.write(
            "payslips_published",
            "budi@example.test",
            once_key=once_key,
            language="en",
            client="PT Maju & Co",
            month="2026-11-01",
            link="http://testserver/portal",
            provider="PT Tata Kelola",
        )
        found: UUID = await db.value("select id from job where kind = 'mail.send' order by created_at desc limit 1")
    return found


async def states(office: Office, job_id: UUID) -> tuple[str, str]:
    async with office.scope():
        found = await db.records(
            "select j.state as job, m.state as mail from job j join mail m on m.id::text = j.once_key where j.id = $1",
            job_id,
        )
    return found[0]["job"], found[0]["mail"]


async def test_a_letter_arrives_in_the_readers_language_with_plain_text_and_html(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)

    await execute(job_id)

    (mail,) = inbox.received
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert mail["Subject"] == "Payslips November 2026 are ready, PT Maju & Co"
    assert "PT Maju & Co for November 2026 are ready." in plain.get_content()
    assert "PT Maju &amp; Co for November 2026 are ready." in html.get_content()
    assert "http://testserver/portal" in plain.get_content()
    assert await states(office, job_id) == ("done", "sent")


async def test_the_same_letter_written_twice_leaves_once(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)
    assert await write(office) == job_id

    await execute(job_id)
    assert await execute(job_id) is None

    assert len(inbox.received) == 1


async def test_what_a_letter_said_is_forgotten_once_it_left(office: Office, inbox: Inbox) -> None:
    await execute(await write(office))

    async with office.scope():
        assert await db.value("select data from mail") == {}


async def test_a_letter_deferred_by_the_server_is_tried_again_and_then_leaves(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)
    inbox.answer = "451 busy"
    await execute(job_id)
    assert await states(office, job_id) == ("queued", "queued")

    inbox.answer = "250 OK"
    await execute(job_id)

    assert len(inbox.received) == 1
    assert await states(office, job_id) == ("done", "sent")


async def test_a_mail_server_may_be_away_for_two_hours(office: Office, inbox: Inbox) -> None:
    job_id, tried, pause = await write(office), 9, 300
    inbox.answer = "451 busy"
    for attempts in (tried, tried + 2 * 3_600 // pause):
        async with office.scope():
            await db.execute("update job set attempt = $2 where id = $1", job_id, attempts)
        await execute(job_id)
        assert await states(office, job_id) == ("queued", "queued")
    async with office.scope():
        waits = await db.value("select extract(epoch from run_at - now())::int from job where id = $1", job_id)
    assert waits == pytest.approx(pause, abs=20)


async def test_a_letter_refused_for_good_is_not_tried_again_and_says_so(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)
    inbox.answer = "550 no such person"

    await execute(job_id)

    assert await states(office, job_id) == ("failed", "refused")
    async with office.scope():
        error = await db.value("select error from job where id = $1", job_id)
    assert "no such person" in error["params"]["answer"]
    assert inbox.received == []


async def test_a_letter_whose_answer_was_lost_is_not_sent_again_unless_a_person_says_so(
    office: Office, inbox: Inbox
) -> None:
    job_id = await write(office)
    inbox.answer = "drop"
    await execute(job_id)
    assert await states(office, job_id) == ("failed", "unconfirmed")
    assert await execute(job_id) is None
    assert len(inbox.received) == 1

    inbox.answer = "250 OK"
    await office.manager.post(f"/jobs/{job_id}/retry")
    await execute(job_id)

    first, second = inbox.received
    assert first["Message-ID"] == second["Message-ID"]
    assert await states(office, job_id) == ("done", "sent")


async def test_a_letter_whose_worker_died_while_handing_over_is_not_sent_again(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)
    await begin_and_die(office, job_id)

    await execute(job_id)

    assert await states(office, job_id) == ("failed", "unconfirmed")
    assert inbox.received == []


async def begin_and_die(office: Office, job_id: UUID) -> None:
    """A worker that is killed right before the content goes over, and whose lease has ended."""
    held = await claim(job_id)
    assert held is not None
    job = msgspec.convert(held.row.payload, SendMail, strict=False)
    async with held.scope():
        letter = await letters.get_letter(job.mail_id)
    await Attempt(held, letter).begin()
    async with office.scope():
        await db.execute("update job set claimed_until = now() - interval '1 second' where id = $1", job_id)


async def test_of_two_workers_with_the_same_letter_only_one_hands_it_over(office: Office, inbox: Inbox) -> None:
    job_id = await write(office)
    slow = await claim(job_id)
    assert slow is not None
    async with slow.scope():
        letter = await letters.get_letter(msgspec.convert(slow.row.payload, SendMail, strict=False).mail_id)
    async with office.scope():
        await db.execute("update job set claimed_until = now() - interval '1 second' where id = $1", job_id)
    await execute(job_id)

    with pytest.raises(Fenced):
        await Attempt(slow, letter).begin()

    assert len(inbox.received) == 1
    assert await states(office, job_id) == ("done", "sent")


async def test_without_a_mail_server_the_job_says_what_is_missing(office: Office) -> None:
    job_id = await write(office)

    await execute(job_id)

    async with office.scope():
        error = await db.value("select error from job where id = $1", job_id)
    assert "TATA_SMTP_URL" in error["msgid"]


async def test_every_template_can_be_sent_in_both_languages(office: Office, inbox: Inbox) -> None:
    everything = {
        "name": "Budi",
        "inviter": "Sari",
        "provider": "PT Tata Kelola",
        "client": "PT Maju",
        "month": "2026-11-01",
        "link": "http://testserver/x",
        "days": 7,
    }
    for template in ("invitation", "approval_asked", "payslips_published"):
        for language in ("id", "en"):
            async with office.scope():
                await letters.write(
                    template, "budi@example.test", once_key=template + language, language=language, **everything
                )
    async with office.scope():
        jobs = [record["id"] for record in await db.records("select id from job where kind = 'mail.send'")]

    for job_id in jobs:
        await execute(job_id)

    assert len(inbox.received) == 6
    assert all(mail["Subject"] and "%(" not in str(mail) for mail in inbox.received)


def test_plain_text_is_not_escaped_and_pages_are() -> None:
    engine = make_engine(PROJECT / "frontend").engine
    source = "{{ _('%(name)s', name=name) }}"

    on_a_page = engine.from_string(source).render(name="PT A & B")
    in_plain_text = engine.overlay(autoescape=False).from_string(source).render(name="PT A & B")

    assert (on_a_page, in_plain_text) == ("PT A &amp; B", "PT A & B")


def test_every_letter_that_is_written_has_its_words_as_plain_text_and_as_html() -> None:
    sources = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workers").rglob("*.py")]
    written = {
        name
        for file in sources
        for name in re.findall(r"letters\.write\(\s*\"(\w+)\"", file.read_text(encoding="utf-8"))
    }
    kept = {file.name for file in (PROJECT / "frontend/templates/mail").iterdir()}

    assert len(written) >= 8
    assert {f"{name}.{suffix}" for name in written for suffix in ("txt", "html")} - kept == set()

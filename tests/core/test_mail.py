"""A message leaves once with the id it was given, and each way of failing has its own name."""

import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tatausaha.core.mail import Deferred, Mailer, Message, Refused, Unconfirmed

HELLO = Message(
    to="ayu@contoh.co.id",
    subject="Slip gaji November 2026 – sudah terbit",
    text="Halo Ayu, slip gaji Anda sudah terbit. " * 40,
    html="<p>Halo <b>Ayu</b></p>",
    message_id="<0199-abc@tatausaha.test>",
    reply_to="gaji@contoh.co.id",
    headers={"X-Client": "Kopi Senja"},
)


class Inbox:
    """A real server that answers as the test says."""

    def __init__(self):
        self.received, self.rcpt, self.data = [], "250 OK", "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data == "drop":
            self.received.append(envelope)
            server.transport.abort()
            return "250 nobody hears this"
        if self.data.startswith("250"):
            self.received.append(envelope)
        return self.data


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def url(inbox):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}?timeout=3"
    controller.stop()


def mailer(url):
    return Mailer(url, "Kantor Senja <kantor@tatausaha.test>")


async def test_a_message_arrives_with_its_own_id_and_both_bodies(url, inbox):
    await mailer(url).send(HELLO)
    (envelope,) = inbox.received
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["ayu@contoh.co.id"]
    assert envelope.mail_from == "kantor@tatausaha.test"
    assert mail["From"] == "Kantor Senja <kantor@tatausaha.test>"
    assert mail["Subject"] == HELLO.subject
    assert mail["Message-ID"] == HELLO.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["Reply-To"], mail["X-Client"]) == ("gaji@contoh.co.id", "Kopi Senja")
    assert mail.get_body("plain").get_content().split() == HELLO.text.split()
    assert "<b>Ayu</b>" in mail.get_body("html").get_content()
    assert envelope.content.isascii()


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(("answer", "outcome"), [("550 no such user", Refused), ("451 try later", Deferred)])
async def test_the_answer_of_the_server_decides(url, inbox, stage, answer, outcome):
    setattr(inbox, stage, answer)
    with pytest.raises(outcome, match=answer.split(maxsplit=1)[1]):
        await mailer(url).send(HELLO)
    assert inbox.received == []


async def test_a_reply_lost_after_the_message_went_over_is_unconfirmed(url, inbox):
    inbox.data = "drop"
    with pytest.raises(Unconfirmed):
        await mailer(url).send(HELLO)
    assert len(inbox.received) == 1


async def test_a_last_word_against_sending_keeps_the_message_back(url, inbox):
    async def noted():
        raise RuntimeError("somebody else is sending this")

    with pytest.raises(RuntimeError):
        await mailer(url).send(HELLO, noted)
    assert inbox.received == []


async def test_a_server_that_is_away_defers():
    with pytest.raises(Deferred):
        await mailer("smtp://127.0.0.1:1").send(HELLO)


async def test_a_server_that_never_answers_defers():
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(Deferred):
        await mailer(f"smtp://127.0.0.1:{deaf.getsockname()[1]}?timeout=0.2").send(HELLO)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hi\r\nBcc: thief@evil.test"},
        {"message_id": "<a@b>\nBcc: thief@evil.test"},
        {"headers": {"X-A": "1\r\nBcc: thief@evil.test"}},
        {"to": "ayu@contoh.co.id\r\nBcc: thief@evil.test"},
        {"reply_to": "a@b.co\nBcc: thief@evil.test"},
    ],
)
async def test_no_header_can_be_smuggled_in(url, inbox, change):
    fields = {name: getattr(HELLO, name) for name in HELLO.__struct_fields__}
    with pytest.raises((ValueError, Refused)):
        await mailer(url).send(Message(**fields | change))
    assert inbox.received == []


@pytest.mark.parametrize("address", ["", "ayu", "ayu@", "@x.id", "a@b", "ayu@contoh.id,b@c.id", "a b@c.id", "é@c.id"])
async def test_what_is_no_address_is_refused(url, address):
    fields = {name: getattr(HELLO, name) for name in HELLO.__struct_fields__}
    with pytest.raises(Refused):
        await mailer(url).send(Message(**fields | {"to": address}))


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.test:25"])
def test_other_urls_are_refused(url):
    with pytest.raises(ValueError, match="not an SMTP URL"):
        mailer(url)


class SignedIn(Controller):
    def factory(self):
        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=data == LoginPassword(b"kantor", b"p@ss/word"), handled=False)

        return SMTP(self.handler, authenticator=check, auth_require_tls=False)


@pytest.mark.parametrize(("password", "sent"), [("p%40ss%2Fword", 1), ("wrong", 0)])
async def test_the_password_in_the_url_signs_in(inbox, password, sent):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = SignedIn(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    sender = mailer(f"smtp://kantor:{password}@127.0.0.1:{port}")
    try:
        if sent:
            await sender.send(HELLO)
        else:
            with pytest.raises(Deferred):
                await sender.send(HELLO)
    finally:
        controller.stop()
    assert len(inbox.received) == sent

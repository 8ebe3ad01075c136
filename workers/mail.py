"""Handing letters to the mail server: each leaves once, or a person is told that nobody knows."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, select_autoescape

from tatausaha.core import letters
from tatausaha.core.claims import Claim, Fenced
from tatausaha.core.colours import WHITE, readable
from tatausaha.core.errors import Conflict, Unavailable
from tatausaha.core.i18n import text, use_language
from tatausaha.core.letters import Letter, SendMail
from tatausaha.core.mail import Deferred, File, Message, Refused, Unconfirmed
from tatausaha.core.process import tools
from tatausaha.core.web.templating import make_engine
from workers.runtime import after_failure, handles

HOUSE_COLOUR = "#3f51b5"


class Attempt:
    """One attempt at one letter. It knows the state it left the letter in; when another attempt went on, this one ends."""

    def __init__(self, claim: Claim, letter: Letter) -> None:
        self.claim, self.letter, self.state = claim, letter, letter.state

    async def note(self, state: str, answer: str = "") -> None:
        """Record a state in a transaction of its own."""
        async with self.claim.scope():
            await self.mark(state, answer)

    async def mark(self, state: str, answer: str = "") -> None:
        """Record a state in the open scope."""
        if not await letters.mark(self.letter.id, state, was=self.state, answer=answer):
            raise Fenced
        self.state = state

    async def begin(self) -> None:
        """From here on nobody else may send the letter: its content is about to go over."""
        await self.note("sending")


@handles(SendMail)
async def send_mail(job: SendMail, claim: Claim) -> None:
    """Send the letter unless it went out, may have gone out, or was refused already."""
    async with claim.scope():
        letter = await letters.get_letter(job.mail_id)
    attempt = Attempt(claim, letter)
    if letter.state == "refused":
        raise _refused(letter)
    # A dead attempt may have handed it over. Only a person, by trying again, may risk a second copy.
    if letter.state == "sending" or (letter.state == "unconfirmed" and claim.row.attempt > 1):
        await attempt.note("unconfirmed")
        raise _unconfirmed(letter)
    await _hand_over(attempt)
    async with claim.finishing():
        await attempt.mark("sent")


@after_failure(SendMail)
async def give_up(job: SendMail, claim: Claim) -> None:
    """No attempt is left; whoever wrote the letter may tell people."""
    async with claim.scope():
        await letters.give_up(job.mail_id)


async def _hand_over(attempt: Attempt) -> None:
    letter, mailer = attempt.letter, tools().mailer
    if mailer is None:
        raise Conflict(
            text("No mail server is set up (TATA_SMTP_URL), so nothing was sent to {to}.", to=letter.recipient)
        )
    try:
        await mailer.send(compose(letter, await _files(letter)), before_handing_over=attempt.begin)
    except Deferred as error:
        await attempt.note("queued", str(error))
        raise Unavailable(text("The mail server did not take the e-mail yet: {answer}", answer=str(error))) from error
    except Refused as error:
        await attempt.note("refused", str(error))
        raise _refused(letter, str(error)) from error
    except Unconfirmed as error:
        await attempt.note("unconfirmed", str(error))
        raise _unconfirmed(letter) from error


def _refused(letter: Letter, answer: str = "") -> Conflict:
    return Conflict(
        text("The mail server refused the e-mail to {to} for good. {answer}", to=letter.recipient, answer=answer)
    )


def _unconfirmed(letter: Letter) -> Conflict:
    return Conflict(
        text(
            "The connection broke while the e-mail to {to} was handed over; it may have arrived. Ask {to}, and try"
            " again only if it did not.",
            to=letter.recipient,
        )
    )


async def _files(letter: Letter) -> tuple[File, ...]:
    stored = [await tools().storage.get(one.key) for one in letter.attachments]
    return tuple(
        File(one.name, one.media_type, content) for one, content in zip(letter.attachments, stored, strict=True)
    )


def compose(letter: Letter, files: tuple[File, ...] = ()) -> Message:
    """The letter in its reader's language. The first line of the text template is the subject."""
    known = {"language": letter.language, "sender_name": letter.sender_name}
    context = {**known, "colour": readable(letter.colour or HOUSE_COLOUR, WHITE), **letter.data}
    templates = _environment(tools().settings.frontend)
    with use_language(letter.language):
        subject, _, body = templates.get_template(f"mail/{letter.template}.txt").render(context).partition("\n")
        html = templates.get_template(f"mail/{letter.template}.html").render(context)
    return Message(
        to=letter.recipient,
        subject=subject,
        text=body.strip(),
        html=html,
        message_id=letter.message_id,
        reply_to=letter.reply_to or None,
        headers=letter.headers,
        sender_name=letter.from_name,
        attachments=files,
    )


@cache
def _environment(frontend: Path) -> Environment:
    return make_engine(frontend).engine.overlay(autoescape=select_autoescape(["html"]))

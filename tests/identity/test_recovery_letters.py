"""The letters about passwords and addresses, as they are read."""

import msgspec
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.i18n import Language
from tatausaha.core.letters import get_letter
from tests.identity.test_recovery import NEW, OLD, ask, give_password, newest_link, visitor
from tests.identity.test_recovery_email import agree, new_address
from tests.identity.test_recovery_email import ask as ask_for_address
from tests.make import Office
from workers.mail import compose

TEMPLATES = {
    "password_reset",
    "password_changed",
    "email_old",
    "email_new",
    "email_taken",
    "email_changed",
    "email_change_stopped",
}


async def live_through_everything(app: Litestar, office: Office) -> None:
    await give_password(office.worker)
    await ask(app, office.worker.email)
    async with visitor(app) as browser:
        await browser.post(await newest_link(office), data={"password": NEW})
    await ask_for_address(office, office.viewer.email)
    links = await ask_for_address(office, new_address())
    await agree(app, links["email_old"], "stop")
    links = await ask_for_address(office, new_address())
    for link in links.values():
        await agree(app, link)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_letter_has_a_subject_its_words_and_its_link(
    app: Litestar, office: Office, language: Language
) -> None:
    await live_through_everything(app, office)
    async with office.scope():
        found = [await get_letter(row["id"]) for row in await db.records("select id from mail order by id")]
    messages = {one.template: (one, compose(msgspec.structs.replace(one, language=language))) for one in found}

    assert set(messages) == TEMPLATES
    for letter, message in messages.values():
        assert message.subject.strip(), letter.template
        for words in (message.text, message.html or ""):
            assert letter.data["name"] in words, letter.template
            assert letter.data.get("link", "") in words.replace("&amp;", "&"), letter.template
            assert OLD not in words
            assert NEW not in words

"""What a client's orders say to suppliers, in each language, tried with a real order before it is kept."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.purchasing.queries import letters
from tatausaha.purchasing.service import templates
from tatausaha.purchasing.service.templates import HOLES, TemplateForm
from tatausaha.purchasing.views.frame import about_client

PAGE = "purchasing/letter_settings.html"


class PolicyForm(msgspec.Struct, frozen=True):
    """Where answers go, and how long links open."""

    link_days: str
    reply_to: str = ""
    version: str = "0"


class LetterSettingsController(Controller):
    """Texts of orders and where their answers go, one page per client."""

    path = "/purchasing/settings/{client_id:uuid}/letters"

    @get("/", name="purchasing.letter_settings", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """The text that holds in one language, and how it reads."""
        query = list_query(request, "language", "order")
        language = _language(query.get("language"))
        async with request.user.scope():
            context = await _context(client_id, language, id_of(query, "order"))
            await audit.saw("order_template", client_id, client_id)
        kept = context["kept"]
        values = {"subject": kept.subject, "body": kept.body, "version": str(kept.version)}
        preview = _preview(context, TemplateForm(language, kept.subject, kept.body))
        return page(request, PAGE, values=values, errors={}, preview=preview, **context)

    @post("/", name="purchasing.save_letter", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Keep the text of one language."""
        async with request.user.scope():
            await about_client(client_id)
            values = await typed_values(request)
            language = _language(values.get("language"))
            expect_form(request, PAGE, values, preview=None, **await _context(client_id, language, None))
            await templates.save(client_id, parse(TemplateForm, values))
        return go_to(f"/purchasing/settings/{client_id}/letters?language={language}", text("Saved."))

    @post("/preview", name="purchasing.try_letter", roles=MANAGERS)
    async def preview(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """How what was typed would read; nothing is kept."""
        async with request.user.scope():
            await about_client(client_id)
            values = await typed_values(request)
            context = await _context(client_id, _language(values.get("language")), None)
            expect_form(request, PAGE, values, preview=None, **context)
            form = parse(TemplateForm, values)
            templates.check(form)
            await audit.saw("order_template", client_id, client_id)
        return page(request, PAGE, values=values, errors={}, preview=_preview(context, form), **context)

    @post("/answers", name="purchasing.set_answers", roles=MANAGERS)
    async def set_answers(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Where answers go, and for how many days a link opens."""
        async with request.user.scope():
            await about_client(client_id)
            values = await typed_values(request)
            context = await _context(client_id, DEFAULT_LANGUAGE, None)
            expect_form(request, PAGE, _typed_over(context, values), preview=None, **context)
            form = parse(PolicyForm, values)
            await templates.save_policy(client_id, form.reply_to, form.link_days, form.version)
        return go_to(f"/purchasing/settings/{client_id}/letters", text("Saved."))


def _language(written: str | None) -> Language:
    return next((language for language in LANGUAGES if language == written), DEFAULT_LANGUAGE)


async def _context(client_id: UUID, language: Language, order_id: UUID | None) -> dict[str, Any]:
    order = await letters.get_facts(order_id) if order_id else await letters.find_latest(client_id)
    return {
        **await about_client(client_id),
        "written_in": language,
        "kept": (await templates.list_templates(client_id))[language],
        "policy": await templates.get_policy(client_id),
        "holes": HOLES,
        "tried_with": order,
    }


def _typed_over(context: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """The page has two forms: what was typed into the one beside what is kept of the other."""
    kept = context["kept"]
    return {"subject": kept.subject, "body": kept.body, **values}


def _preview(context: dict[str, Any], form: TemplateForm) -> dict[str, str] | None:
    """Subject and text filled with the facts of an order, if there is one."""
    order = context["tried_with"]
    if order is None:
        return None
    values = templates.values_of(order, form.language)
    return {"subject": templates.fill(form.subject, values), "body": templates.fill(form.body, values)}

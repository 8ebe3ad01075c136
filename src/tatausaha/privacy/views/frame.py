"""The tabs that every page of this place carries."""

from typing import Any

from litestar.response import Template

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.privacy.rules import kinds, labels

TABS: tuple[tuple[str, Text, str], ...] = (
    ("requests", text("Requests"), "/privacy"),
    ("record", text("Record of processing"), "/privacy/record"),
    ("retention", text("Retention"), "/privacy/retention"),
    ("breaches", text("Breaches"), "/privacy/breaches"),
    ("processors", text("Sub-processors"), "/privacy/processors"),
)


def frame(request: AppRequest, here: str) -> dict[str, Any]:
    """Tabs and words; workers see the requests of their clients alone."""
    shown = TABS if request.user.manages else TABS[:1]
    tabs = [(label, address, word == here, None) for word, label, address in shown]
    return {"tabs": tabs, "labels": labels, "kinds": kinds.KINDS}


def privacy_page(
    request: AppRequest,
    template: str,
    here: str,
    *,
    fragment: str | None = None,
    client: CurrentClient | None = None,
    **context: Any,
) -> Template:
    """A page of this place; call it after the scope is closed."""
    return page(request, template, fragment=fragment, client=client, **frame(request, here), **context)

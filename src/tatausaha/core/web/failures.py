"""Every error of the house becomes a page, a fragment or a problem in JSON here, and nowhere else."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from tatausaha.core import errors
from tatausaha.core.errors import AppError, ConfirmNeeded, Conflict, Invalid, Lapsed, SignInNeeded, TooMany
from tatausaha.core.faults import without_values
from tatausaha.core.i18n import Text, render, text
from tatausaha.core.web.pages import is_swap, page
from tatausaha.core.web.viewer import NOT_TAKEN, Viewer

log = logging.getLogger("tatausaha.web")

Answer = Response[Any] | Template
AnyRequest = Request[Any, Any, Any]

# What a person typed can reach the database in forms it refuses; that is their input, not our failure.
INPUT_ERRORS = (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
# The database stopped, restarts, or cut the line.
AWAY = (
    ConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)
SENTENCES = {
    400: text("The request could not be understood."),
    404: text("This page does not exist."),
    405: text("This page does not exist."),
    413: text("The file or form is larger than allowed."),
    429: text("Too many attempts. Please wait a while and try again."),
}


def show_app_error(request: AnyRequest, error: AppError) -> Answer:
    """A refusal with a sentence; input problems show the form again with what was typed."""
    _note(request, error)
    form = request.scope["state"].get("form_page")
    if isinstance(error, Invalid) and form is not None:
        template, context = form
        return page(request, template, status=error.status, errors=error.fields, problem=error.message, **context)
    fields = error.fields if isinstance(error, Invalid) else {}
    return _answer(request, error.status, error.message, fields=fields)


def _note(request: AnyRequest, error: AppError) -> None:
    """For who looks for attacks: who was refused what, from where; nothing of what was typed."""
    viewer: Viewer | None = request.scope.get("user")
    who = viewer.member_id if viewer else "nobody"
    place = request.scope.get("path_template", "")
    address = request.client.host if request.client else "nowhere"
    log.info("refused %s at %s %s for %s from %s", error.status, request.method, place, who, address)


def show_too_many(request: AnyRequest, error: TooMany) -> Answer:
    """How long to wait: as a sentence above the form, where one was sent, and as a header for programs."""
    _note(request, error)
    return _above_form(request, error.status, error.message, {"Retry-After": str(error.seconds)})


def show_lapsed(request: AnyRequest, error: Lapsed) -> Answer:
    """What the subscription does not hold, and whom to ask: above the form, where one was sent, so that nothing is lost.

    A client's people learn nothing of their provider's subscription.
    """
    _note(request, error)
    viewer: Viewer | None = request.scope.get("user")
    if viewer is not None and viewer.is_portal:
        return _above_form(request, Conflict.status, NOT_TAKEN)
    if viewer is None or viewer.role == "owner" or not viewer.owners:
        return _above_form(request, error.status, error.message)
    told = text("{reason} Ask {names}.", reason=render(error.message), names=", ".join(viewer.owners))
    return _above_form(request, error.status, told)


def _above_form(request: AnyRequest, status: int, problem: Text, headers: Mapping[str, str] | None = None) -> Answer:
    form = request.scope["state"].get("form_page")
    if form is None:
        return _answer(request, status, problem, headers)
    template, context = form
    shown = page(request, template, status=status, errors={}, problem=problem, **context)
    shown.headers.update(headers or {})
    return shown


def show_sign_in(request: AnyRequest, error: SignInNeeded) -> Answer | Redirect:
    """The way in, and from there back to the page; inside an open page only the sentence, so that nothing is lost."""
    if is_call(request):
        return _answer(request, error.status, error.message, {"WWW-Authenticate": "Bearer"})
    if is_swap(request):
        return _answer(request, error.status, error.message)
    asked_for = request.url.path if request.method == "GET" else "/"
    return Redirect(f"/sign-in?{urlencode({'next': asked_for})}", status_code=HTTP_303_SEE_OTHER)


def show_confirm(request: AnyRequest, error: ConfirmNeeded) -> Answer | Redirect:
    """To the page where the person confirms who they are, and from there back to the page where they were."""
    if "application/json" in request.headers.get("accept", ""):
        return _answer(request, error.status, error.message)
    address = f"/confirm?{urlencode({'next': _page_of(request)})}"
    if is_swap(request):
        return Response("", status_code=error.status, headers={"HX-Redirect": address}, media_type="text/html")
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def _page_of(request: AnyRequest) -> str:
    """The page that the person sees: what is opened, or where the form stands."""
    if request.method == "GET" and not is_swap(request):
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    shown = urlsplit(str(request.headers.get("hx-current-url") or request.headers.get("referer", "")))
    own = shown.netloc == request.headers.get("host")
    return (shown.path + (f"?{shown.query}" if shown.query else "") or "/") if own else "/"


def show_http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """What the framework refused, told in our words."""
    status = error.status_code if error.status_code in SENTENCES else 400
    if is_call(request):
        return _answer(request, status, SENTENCES[status], error.headers)
    return _answer(request, 404 if status == 405 else status, SENTENCES[status])


def show_input_error(request: AnyRequest, error: Exception) -> Answer:
    """Values that no column can hold, undecodable or bottomlessly nested bodies."""
    log.info("unusable input at %s: %s", request.scope.get("path_template", ""), type(error).__name__)
    return _answer(request, 422, text("The form holds characters or lengths that cannot be stored."))


def show_settled(request: AnyRequest, error: asyncpg.PostgresError) -> Answer:
    """What the database itself refuses in our own words; anything else is a surprise."""
    if error.sqlstate == "TS001":
        return _answer(request, 409, text("This is settled; what it says does not change any more."))
    if isinstance(error, asyncpg.UniqueViolationError):
        return _answer(request, 409, text("Something with the same key was saved already. Reload the page to see it."))
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError):
        # Two waited for each other, or read what changed before it was written: nothing of this one was done.
        return _answer(
            request, 409, text("Somebody else changed the same at this moment. Nothing was done; try again.")
        )
    return show_surprise(request, error)


def show_absence(request: AnyRequest, error: Exception) -> Answer:
    """The database is away or coming back: nothing was changed, and trying again helps."""
    log.warning("a server is away at %s: %s", request.scope.get("path_template", ""), type(error).__name__)
    return _answer(request, 503, text("The system is very busy. Please try again in a moment."))


def show_surprise(request: AnyRequest, error: Exception) -> Answer:
    """A fault of ours: a reference that the logs know, and nothing else."""
    reference = secrets.token_hex(4)
    # The route, not the address: that of an invitation holds its secret.
    route = request.scope.get("path_template", "")
    log.error("reference %s at %s %s", reference, request.method, route, exc_info=without_values(error))
    sentence = text(
        "Something went wrong on our side; nothing was changed. If you tell us, name this reference: {reference}.",
        reference=reference,
    )
    return _answer(request, 500, sentence)


def is_call(request: AnyRequest) -> bool:
    """True for what programs ask of the API, who are answered in JSON whatever goes wrong."""
    return request.scope["path"].startswith("/api/")


def _answer(
    request: AnyRequest,
    status: int,
    message: Text,
    headers: Mapping[str, str] | None = None,
    fields: Mapping[str, Text] | None = None,
) -> Answer:
    headers = headers or ({"Retry-After": "2"} if status == 503 else {})
    if is_call(request) or "application/json" in request.headers.get("accept", ""):
        told = {name: render(sentence) for name, sentence in (fields or {}).items()}
        body = {"type": "about:blank", "status": status, "title": render(message)} | ({"errors": told} if told else {})
        return Response(body, status_code=status, media_type="application/problem+json", headers=headers)
    response = page(
        request,
        "errors/page.html",
        fragment="errors/_message.html",
        status=status,
        code=status,
        message=message,
    )
    response.headers.update(headers)
    if is_swap(request):
        response.headers.update({"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"})
    return response


HANDLERS: dict[int | type[Exception], Any] = {
    errors.AppError: show_app_error,
    TooMany: show_too_many,
    Lapsed: show_lapsed,
    SignInNeeded: show_sign_in,
    ConfirmNeeded: show_confirm,
    HTTPException: show_http_error,
    **dict.fromkeys((*INPUT_ERRORS, UnicodeDecodeError, RecursionError), show_input_error),
    **dict.fromkeys(AWAY, show_absence),
    asyncpg.PostgresError: show_settled,
    Exception: show_surprise,
}

"""Every page of the application, found in its own route table, as people see it: wide and narrow, in both languages."""

import gzip
import re
from collections.abc import AsyncIterator, Iterator
from itertools import product

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template
from litestar.routes import HTTPRoute
from playwright.async_api import Browser, Page, ViewportSize

from tatausaha.main import create_app
from tatausaha.settings import load
from tests.browser.seed import Seeded, seed
from tests.browser.visits import NARROW, WIDE, Visits, barriers, overflow, settle
from tests.make import ROLES, Office

MOST_BYTES = 60_000
FRAGMENTS = {"purchasing.item_choices", "work.running_jobs", "work.search", "clients.switcher"}
"""Parts of other pages, never visited by themselves."""
PARAMETER = re.compile(r"\{(\w+):\w+\}")
HOLE = re.compile(r"%\(\w+\)|\{\w*\}|\bundefined\b|\bNaN\b|\bmsgid\b")
ABOUT_HOLES = re.compile(r"^/(clients/[^/]+|invoices)/numbers")
"""Pages whose very subject is patterns with holes."""
# Each page is seen by two roles, so that what only one of them is shown is looked at as well.
IN_INDONESIAN, IN_ENGLISH = ("manager", "approver", "public", "owner"), ("viewer", "worker", "owner", "public")
SECOND_OWNER = "second owner"
"""Sees in Indonesian what is for owners alone."""


def routes() -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Path and handler of everything that answers with a page."""
    for route in create_app(load({})).routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if "GET" in handler.http_methods and handler.parsed_fn_signature.return_type.annotation is Template:
                    yield route.path, handler


ROUTES = {str(handler.name): (path, frozenset(handler.opt["roles"])) for path, handler in routes()}
PAGES = sorted(ROUTES.keys() - FRAGMENTS)


@pytest.fixture(scope="session")
async def seeded(shared_office: Office) -> Seeded:
    """What there is to see; worker, viewer and owner have chosen English."""
    made = await seed(shared_office)
    shared_office.people[SECOND_OWNER] = await shared_office.hire("owner")
    for role in set(IN_ENGLISH) & set(ROLES):
        await shared_office.people[role].post("/preferences", {"language": "en"})
    return made


def addresses(name: str, seeded: Seeded) -> list[str]:
    """The route's path with real ids, and its other states; a parameter that nobody thought of fails here."""
    path, roles = ROUTES[name]
    ids = {**seeded.ids, "run_id": seeded.portal_run} if "viewer" in roles else seeded.ids
    return [PARAMETER.sub(lambda found: ids[found[1]], path), *seeded.more.get(name, [])]


class Windows(Visits):
    """One window for each role, kept from page to page."""

    def __init__(self, chromium: Browser, site: str, office: Office) -> None:
        super().__init__(chromium, site)
        self.office, self.pages = office, dict[tuple[str, str], Page]()

    async def of(self, roles: frozenset[str], language: str) -> Page:
        role = next(role for role in (IN_ENGLISH if language == "en" else IN_INDONESIAN) if role in roles)
        if (role, language) not in self.pages:
            who = SECOND_OWNER if (role, language) == ("owner", "id") else role
            window = await self.open(self.office.people.get(who), color_scheme="dark" if language == "en" else "light")
            await window.context.add_cookies([{"name": "tata_language", "value": language, "url": self.site}])
            self.pages[role, language] = window
        return self.pages[role, language]


@pytest.fixture(scope="session")
async def windows(chromium: Browser, site: str, shared_office: Office) -> AsyncIterator[Windows]:
    made = Windows(chromium, site, shared_office)
    yield made
    await made.leave()


async def visit(window: Page, address: str, language: str) -> list[str]:
    """Open a page and read it; gives what is wrong with it."""
    answer = await window.goto(address)
    assert answer is not None
    await settle(window)
    said = f"{await window.title()}\n{await window.inner_text('body')}"
    return [
        *([] if answer.status == 200 else [f"status {answer.status}"]),
        *([] if await window.get_attribute("html", "lang") == language else ["the language is wrong"]),
        *([] if (await window.title()).split("·")[0].strip() else ["no title"]),
        *(f"unfilled: {hole}" for hole in HOLE.findall(said) if not ABOUT_HOLES.match(address)),
    ]


async def look(window: Page, size: ViewportSize, *, axe: bool = True) -> list[str]:
    """Bring the window to a size; gives what is wrong there."""
    await window.set_viewport_size(size)
    return [*await overflow(window), *(await barriers(window) if axe else [])]


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_whole_readable_and_open_to_everyone(name: str, seeded: Seeded, windows: Windows) -> None:
    windows.troubles.clear()
    problems: list[str] = []
    for number, address in enumerate(addresses(name, seeded), PAGES.index(name)):
        for language in ("id", "en"):
            window = await windows.of(ROUTES[name][1], language)
            # By turns light and wide, or dark and narrow, since axe takes long: the pieces stand on pages of either turn.
            due = (number % 2 == 0) == (language == "id")
            found = [*await visit(window, address, language), *await look(window, NARROW, axe=due and language == "en")]
            found += await look(window, WIDE, axe=due and language == "id")
            problems += [f"{address} [{language}] {problem}" for problem in found]

    assert not problems + windows.troubles, "\n".join(problems + windows.troubles)


@pytest.mark.parametrize("name", sorted(ROUTES))
async def test_a_page_answers_each_of_its_roles_briefly(name: str, seeded: Seeded, shared_office: Office) -> None:
    for address, role in product(addresses(name, seeded), ROUTES[name][1] & set(ROLES)):
        answer = await shared_office.people[role].get(address)
        assert (answer.status_code, len(gzip.compress(answer.content)) <= MOST_BYTES) == (200, True), (role, address)


@pytest.mark.parametrize("address", ["/people/00000000-0000-0000-0000-000000000000", "/invitations/wrong"])
async def test_what_is_not_there_is_said_in_a_page(address: str, seeded: Seeded, windows: Windows) -> None:
    for language in ("id", "en"):
        window = await windows.of(frozenset(ROLES), language)
        found = [*await visit(window, address, language), *await look(window, NARROW), *await look(window, WIDE)]
        assert found == ["status 404"]

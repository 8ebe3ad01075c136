"""Browser windows that notice what a person would not: errors, refused scripts, requests to other hosts."""

from contextlib import suppress
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, ViewportSize
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tatausaha.settings import PROJECT
from tests.make import Person

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (PROJECT / "frontend/node_modules/axe-core/axe.min.js").read_text()
RUN_AXE = """async rules => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false, iframes: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`);
}"""
BESIDE = """() => {
  const wide = document.documentElement.scrollWidth, room = window.innerWidth;
  const beside = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room);
  return wide > room ? [`${wide - room} px wider than ${room} px`, ...beside.map((one) => one.outerHTML.slice(0, 90))] : [];
}"""
SETTLED = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request, .htmx-settling')"
FOLLOW_MS = 5_000
# Chromium notes every refused form as an error; a test that expects a refusal reads it from the page.
REFUSED = "Failed to load resource: the server responded with a status of 4"


class Visits:
    """Opens windows and collects their troubles."""

    def __init__(self, chromium: Browser, site: str) -> None:
        self.chromium, self.site = chromium, site
        self.troubles: list[str] = []
        self.contexts: list[BrowserContext] = []

    async def open(self, person: Person | None = None, size: ViewportSize = WIDE, **options: Any) -> Page:
        """A window of a person's own browser, signed in; of a visitor when nobody is named."""
        settings = {"viewport": size, "reduced_motion": "reduce", "base_url": self.site, **options}
        context = await self.chromium.new_context(**settings)
        self.contexts.append(context)
        if person:
            await context.add_cookies([{"name": "tata", "value": person.token, "url": self.site, "httpOnly": True}])
        self.watch(context)
        return await context.new_page()

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.troubles.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("request", self.follow)
        context.on("response", self.receive)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            self.troubles.append(f"{message.page and message.page.url}: {message.text}")

    def follow(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.troubles.append(f"a request to another host: {request.url}")

    def receive(self, response: Response) -> None:
        asset = response.request.resource_type in ("script", "stylesheet", "image", "font")
        if response.status >= (400 if asset else 500):
            self.troubles.append(f"{response.status} from {response.url}")

    async def leave(self) -> None:
        for context in self.contexts:
            await context.close()


async def settle(page: Page) -> None:
    """Return when the page and what it fetched at once are there."""
    await page.wait_for_function(SETTLED)


async def barriers(page: Page) -> list[str]:
    """What axe finds that keeps somebody out. It runs beside the page's own scripts, under the page's own policy."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN_AXE, RULES)
    return found


async def overflow(page: Page) -> list[str]:
    """What reaches beside the window, when one must scroll sideways to see it; charts follow the window a moment later."""
    with suppress(PlaywrightTimeout):
        await page.wait_for_function(f"() => ({BESIDE})().length === 0", timeout=FOLLOW_MS)
    found: list[str] = await page.evaluate(BESIDE)
    return found

"""Find a Chromium for the browser tests, or install one: prints its path, or says on stderr why there is none.

Order: $CHROMIUM; the PATH; Playwright's own; apt as root; Playwright's download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
NONE = """There is no Chromium for the browser tests, and none could be installed. Set CHROMIUM to the path of one,
or install it; on Debian and Ubuntu as root: apt-get install chromium"""


def find_or_install() -> str:
    """The path of a Chromium that starts. Raises LookupError with a sentence when there is none to be had."""
    given = os.environ.get("CHROMIUM")
    if given:
        if starts(given):
            return given
        raise LookupError(f"CHROMIUM is {given}, which does not start.")
    for path in candidates():
        if path and starts(path):
            return path
    raise LookupError(NONE)


def candidates() -> Iterator[str | None]:
    """Places to look, the cheap ones first; what follows the first that starts is never tried."""
    yield from map(shutil.which, NAMES)
    yield MAC
    yield playwright_path()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        note("Installing Chromium for the browser tests")
        quietly("apt-get", "update")
        quietly("apt-get", "install", "-y", "--no-install-recommends", "chromium")
        yield shutil.which("chromium")
    note("Downloading Chromium for the browser tests")
    quietly(sys.executable, "-m", "playwright", "install", "chromium")
    yield playwright_path()


def playwright_path() -> str:
    """Where Playwright keeps its Chromium, whether it is there or not."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether the file is a program that runs on this machine."""
    if not Path(path).is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def quietly(*command: str) -> None:
    """Run a command for its effect; its failure shows in what is found afterwards."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=600)


def note(sentence: str) -> None:
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    try:
        print(find_or_install())
    except LookupError as missing:
        sys.exit(str(missing))

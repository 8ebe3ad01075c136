"""A person with a browser, as far as a demo needs one: cookies, forms with their token, streams of progress."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import UUID

import httpx
import pyotp

from tatausaha.demo.founding import Account
from tatausaha.identity.totp import SPAN_SECONDS
from tatausaha.local.child import LocalError

PATIENCE = httpx.Timeout(60, read=120)
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_PROGRESS = re.compile(r'<progress[^>]* max="(\d+)" value="(\d+)"')
_HIDDEN = r'name="{}" value="([^"]*)"'


class Browser:
    """Signed in after `sign_in`. Every answer that is not the expected one ends the demo with a sentence."""

    def __init__(self, address: str) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=PATIENCE)
        self.token = ""
        self.password = ""

    async def sign_in(self, account: Account) -> "Browser":
        """By password and code, as a person with an authenticator app."""
        self.password = account.password
        await self.post("/sign-in", {"email": account.email, "password": account.password})
        step = int(time.time()) // SPAN_SECONDS
        # A code opens once. Where the one of now was used already, that of the next half minute is good too.
        codes = [pyotp.TOTP(account.secret).generate_otp(at) for at in (step, step + 1)]
        answer = await self.http.post("/sign-in/code", data={"code": codes[0]})
        if answer.status_code == 422:
            answer = await self.http.post("/sign-in/code", data={"code": codes[1]})
        self._expect(answer, 303)
        await self._find_token()
        return self

    async def _find_token(self) -> None:
        token = _TOKEN.search(await self.read("/"))
        assert token
        self.token = token[1]

    async def read(self, path: str) -> str:
        """A page, wherever the path leads."""
        answer = await self.http.get(path, follow_redirects=True)
        return self._expect(answer, 200).text

    async def hidden(self, path: str, name: str) -> str:
        """The value of a form's hidden field on a page."""
        found = re.search(_HIDDEN.format(name), await self.read(path))
        if found is None:
            raise LocalError(f"The page {path} has no form with the field {name}.")
        return found[1]

    async def post(self, path: str, values: Mapping[str, str], file: tuple[str, bytes] | None = None) -> str:
        """Send a form; gives the path of the page that follows. Where the house asks again who it is, that is proved."""
        data = {"_csrf": self.token, **values}
        answer = await self.http.post(path, data=data, files={"file": file} if file else None)
        follows = str(self._expect(answer, 303).headers["location"])
        if not follows.startswith("/confirm"):
            return follows
        proof = await self.http.post("/confirm", data={"_csrf": self.token, "password": self.password})
        self._expect(proof, 303)
        await self._find_token()
        return await self.post(path, values, file)

    async def is_refused(self, path: str, status: int = 409) -> bool:
        """Whether an empty form is refused, by itself because of the state in which things are."""
        answer = await self.http.post(path, data={"_csrf": self.token})
        return answer.status_code == status

    async def save(self, path: str, target: Path) -> Path:
        """Download a file."""
        async with self.http.stream("GET", path) as answer:
            self._expect(answer, 200)
            with target.open("wb") as file:
                async for piece in answer.aiter_bytes():
                    file.write(piece)
        return target

    async def watch(self, job_id: UUID) -> AsyncIterator[tuple[int, int]]:
        """A job's progress as its page shows it, as (done, total), until it has ended."""
        async with self.http.stream("GET", f"/jobs/{job_id}/events") as answer:
            self._expect(answer, 200)
            async for line in answer.aiter_lines():
                if found := _PROGRESS.search(line):
                    yield int(found[2]), int(found[1])

    async def close(self) -> None:
        await self.http.aclose()

    def _expect(self, answer: httpx.Response, status: int) -> httpx.Response:
        if answer.status_code != status:
            title = _TITLE.search(answer.text) if answer.is_stream_consumed else None
            shown = f": {' '.join(title[1].split())}" if title else ""
            raise LocalError(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}{shown}.")
        return answer

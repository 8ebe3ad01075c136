"""Browsers of people whom nobody knows."""

import httpx
from litestar import Litestar


def visitor(app: Litestar) -> httpx.AsyncClient:
    """A browser without a session; a fault shows as an answer, not as an exception."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")

"""The application with looks that write nothing: what the access log costs is measured against it."""

from typing import Any

from litestar import Litestar

from tatausaha import main
from tatausaha.core import audit


async def nothing(*_: Any, **__: Any) -> None:
    """Instead of a line."""


def create_app() -> Litestar:
    audit.saw = nothing
    audit.saw_list = nothing
    return main.create_app()

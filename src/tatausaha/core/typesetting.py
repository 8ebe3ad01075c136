"""One thread of the process sets documents, so that the loop goes on meanwhile and the typesetter is never shared."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_thread = ThreadPoolExecutor(1, "typesetting")


async def typeset(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function` gives, worked out in the typesetting thread."""
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(function, *args, **kwargs))

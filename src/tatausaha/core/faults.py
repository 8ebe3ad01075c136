"""Faults on their way to the logs: what kind and where, without the values that were being worked on."""

from collections.abc import Iterator

import asyncpg


def without_values(error: BaseException) -> BaseException:
    """The error, in which the database's messages (they quote whole rows: identity numbers, pay) are only named."""
    for each in _chain(error):
        if isinstance(each, asyncpg.PostgresError):
            named = (each.sqlstate, each.table_name, each.column_name, each.constraint_name)
            each.args = (" ".join(filter(None, named)),)
            each.detail = each.hint = None
    return error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

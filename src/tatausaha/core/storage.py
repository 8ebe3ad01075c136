"""Files that stay: in a folder or in an S3-compatible store, chosen by URL and otherwise the same."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from tatausaha.core.errors import NotFound, Unavailable
from tatausaha.core.i18n import text

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
CHUNK = 1024 * 1024
RETRY: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class StorageError(Unavailable):
    """The store did not do what it was asked; nothing half-written is visible. Trying again may help."""


class Storage:
    """One place for files. Keys are `<tenant>/<client>/<kind>/<id>`, made by the caller."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def put(self, key: str, content: bytes | Path | IO[bytes]) -> None:
        """Keep these bytes, or those of a file, under `key` in place of what was there, whole or not at all."""
        with _told():
            await obstore.put_async(self._store, checked(key), content, chunk_size=8 * CHUNK)

    async def get(self, key: str) -> bytes:
        """All bytes under `key`. Raises `NotFound`."""
        with _told():
            result = await obstore.get_async(self._store, checked(key))
            return bytes(await result.bytes_async())

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The bytes under `key` in pieces of about a megabyte. Raises `NotFound`."""
        with _told():
            result = await obstore.get_async(self._store, checked(key))
            async for piece in result.stream(min_chunk_size=CHUNK):
                yield bytes(piece)

    async def size(self, key: str) -> int:
        """Number of bytes under `key`. Raises `NotFound`."""
        with _told():
            return (await obstore.head_async(self._store, checked(key)))["size"]

    async def exists(self, key: str) -> bool:
        """Whether anything is kept under `key`."""
        try:
            await self.size(key)
        except NotFound:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Forget what is under `key`; it is no error when nothing is."""
        try:
            with _told():
                await obstore.delete_async(self._store, checked(key))
        except NotFound:
            return


def open_storage(url: str) -> Storage:
    """The storage at `file:///folder` or `s3://bucket?endpoint=http://host:port&region=name`.

    S3 credentials come from the AWS_* variables. Raises ValueError when the URL is of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return Storage(LocalStore(unquote(parts.path), mkdir=True))
    if parts.scheme == "s3" and parts.netloc:
        return Storage(_s3(parts.netloc, {key: values[-1] for key, values in parse_qs(parts.query).items()}))
    raise ValueError(f"not a storage URL: {url!r}; use file:///folder or s3://bucket?endpoint=…&region=…")


def checked(key: str) -> str:
    """The key itself when it is relative, plain and free of `..`; ValueError otherwise."""
    if not _KEY.fullmatch(key) or len(key) > 500:
        raise ValueError(f"not a storage key: {key!r}")
    return key


def _s3(bucket: str, options: dict[str, str]) -> S3Store:
    endpoint = options.get("endpoint")
    region = options.get("region", "us-east-1")
    if endpoint is None:
        return S3Store(bucket, region=region, retry_config=RETRY)
    return S3Store(
        bucket,
        endpoint=endpoint,
        region=region,
        virtual_hosted_style_request=False,
        client_options={"allow_http": endpoint.startswith("http://")},
        retry_config=RETRY,
    )


@contextmanager
def _told() -> Iterator[None]:
    """The store's errors as ours."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise NotFound(text("This file is not kept any longer.")) from error
    except (BaseError, OSError) as error:
        raise StorageError(
            text("The file could not be kept or read: the storage is full or does not answer. Try again later.")
        ) from error

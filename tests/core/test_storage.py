"""Files are kept alike in a folder and in an S3-compatible store, whole or not at all."""

import os
import resource
import signal
import urllib.request
from contextlib import contextmanager

import pytest
from moto.server import ThreadedMotoServer

from tatausaha.core.errors import NotFound
from tatausaha.core.storage import StorageError, open_storage

KEY = "tenant/client/payslips/0199-abc.pdf"


@pytest.fixture(scope="module")
def s3_url():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/files", method="PUT")).close()
    yield f"s3://files?endpoint={endpoint}&region=us-east-1"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return open_storage(request.getfixturevalue("s3_url") if request.param == "s3" else (tmp_path / "files").as_uri())


async def test_what_was_kept_comes_back(storage):
    await storage.put(KEY, b"payslip")
    assert await storage.get(KEY) == b"payslip"
    assert await storage.size(KEY) == 7
    assert await storage.exists(KEY)


async def test_a_big_file_goes_in_from_disk_and_comes_out_in_pieces(storage, tmp_path):
    content = os.urandom(20_000_001)
    (tmp_path / "run.zip").write_bytes(content)
    await storage.put("t/c/zip/1", tmp_path / "run.zip")
    pieces = [piece async for piece in storage.stream("t/c/zip/1")]
    assert b"".join(pieces) == content
    assert len(pieces) > 5


async def test_keeping_again_replaces(storage):
    await storage.put(KEY, b"first version")
    await storage.put(KEY, b"second")
    assert await storage.get(KEY) == b"second"


async def test_a_forgotten_file_is_not_found(storage):
    await storage.put(KEY, b"x")
    await storage.delete(KEY)
    await storage.delete(KEY)
    assert not await storage.exists(KEY)
    with pytest.raises(NotFound):
        await storage.get(KEY)
    with pytest.raises(NotFound):
        [piece async for piece in storage.stream(KEY)]


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/passwd", "a//b", "", ".hidden", "a/..", "a b", "a\\..\\b", "x\n"]
)
async def test_a_key_never_leads_out_of_the_storage(storage, key):
    with pytest.raises(ValueError, match="not a storage key"):
        await storage.put(key, b"x")
    with pytest.raises(ValueError, match="not a storage key"):
        await storage.get(key)


@contextmanager
def disk_that_fills_up(size):
    """No file may grow beyond `size` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("from_disk", [False, True])
async def test_a_full_disk_is_told_and_leaves_the_old_file_and_nothing_half(tmp_path, from_disk):
    folder, source = tmp_path / "files", tmp_path / "source"
    source.write_bytes(bytes(30_000_000))
    storage = open_storage(folder.as_uri())
    await storage.put(KEY, b"old")
    with disk_that_fills_up(1_000_000), pytest.raises(StorageError):
        await storage.put(KEY, source if from_disk else source.read_bytes())
    assert await storage.get(KEY) == b"old"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["0199-abc.pdf"]


async def test_a_store_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(StorageError):
        await open_storage("s3://nowhere?endpoint=http://127.0.0.1:1").put(KEY, b"x")


@pytest.mark.parametrize("url", ["ftp://x/y", "file://host/x", "s3://", "/tmp/x"])
def test_other_urls_are_refused(url):
    with pytest.raises(ValueError, match="not a storage URL"):
        open_storage(url)

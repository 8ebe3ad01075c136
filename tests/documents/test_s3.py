"""A whole month's documents in an S3-compatible store, read back through the application."""

import io
import urllib.request
import zipfile
from collections.abc import Iterator

import msgspec
import pytest
from moto.server import ThreadedMotoServer

from tatausaha.core import process
from tatausaha.core.storage import open_storage
from tests.make import Office, make_employees
from tests.reports.months import SARI, hire, payslips, pdf_text, publish


@pytest.fixture
def s3(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process keeps its files in a bucket for the length of a test."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/files", method="PUT")).close()
    storage = open_storage(f"s3://files?endpoint=http://{host}:{port}&region=us-east-1")
    monkeypatch.setattr(process, "_open", [msgspec.structs.replace(process.tools(), storage=storage)])
    yield
    server.stop()


@pytest.mark.usefixtures("s3")
async def test_a_months_documents_come_out_of_the_bucket_as_they_went_in(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 5)
    await hire(office, **SARI)
    run_id = await publish(office)

    archive = await office.viewer.get(f"/documents/runs/{run_id}/payslips/zip")
    assert len(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == 6
    assert len(await payslips(office, run_id)) == 6
    register = await office.viewer.get(f"/documents/runs/{run_id}/register/pdf")
    assert "Sari Dewi" in pdf_text(register.content)

"""A shop, so that every report has rows, and files of reports that were made."""

from tatausaha.core.ids import uuid7
from tatausaha.reports.shop import files
from tatausaha.reports.shop.asked import get_client, read_asked
from tatausaha.reports.shop.catalogue import REPORTS
from tests.make import Office, drain
from tests.reports.shop import make_shop


async def seed_reports(office: Office) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids by parameter, and every report's address for the provider and for the client."""
    made = {"file_id": uuid7(), "portal_file_id": uuid7()}
    async with office.scope():
        shop = await make_shop(office.client_id)
        asked = await read_asked(await get_client(office.client_id), {}, {})
        for name, file_id in made.items():
            shared = name == "portal_file_id"
            await files.order(REPORTS["stock-value"], asked, "pdf", file_id, shared=shared, home="/reports/files")
    await drain(office.tenant_id)
    query = dict.fromkeys(REPORTS, shop.span) | {"stock-card": f"item=BRS&from={shop.span[5:15]}"}
    return {"table": "stock-value"} | {name: str(file_id) for name, file_id in made.items()}, {
        "reports.table": [f"/reports/tables/{name}?client={office.client_id}&{words}" for name, words in query.items()],
        "portal.table": [f"/portal/reports/{name}?{words}" for name, words in query.items()],
    }

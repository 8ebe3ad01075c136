"""Lists of prices in each state, and the provider's data with another account that waits."""

from datetime import date
from uuid import UUID

from tests.invoicing.prices import make_prices
from tests.make import Office, make_client

PROFILE = {
    **{"legal_name": "PT Tata Kelola", "address": "Jalan Melati 5\nJakarta", "npwp": "0012345678901000", "pkp": "1"},
    **{"bank": "BCA", "bank_holder": "PT Tata Kelola", "signer": "Dewi Lestari", "reminder_days": "3, 10"},
}


async def seed_prices(office: Office, empty: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids for addresses, and further addresses by the name of their route."""
    async with office.scope():
        agreed = await make_client(name="PT Harga Sepakat")
        ended = await make_prices(agreed, starts_on=date(2025, 3, 10), ends_on=date(2025, 12, 31), name="Harga 2025")
        holding = await make_prices(agreed, minimum=5_000_000)
        draft = await make_prices(agreed, starts_on=date(2027, 1, 1), name="Harga 2027", state="draft")
        refused = await make_prices(agreed, starts_on=date(2027, 2, 1), name="Harga lain", state="refused")
        waiting = await make_prices(agreed, starts_on=date(2028, 1, 1), name="Harga 2028", state="draft")
    for version, account in enumerate(("1234567890", "9876543210")):
        kept = {**PROFILE, "version": str(version), "bank_account": account}
        assert (await office.manager.post("/invoices/profile", kept)).status_code == 303
    assert (await office.manager.post(f"/prices/{waiting}/propose")).status_code == 303
    lists = [f"/prices/{one}" for one in (ended, f"{holding}?payslip=310&hour=2:30", refused, waiting)]
    return {"price_list_id": str(draft)}, {
        "invoicing.prices": [f"/prices?client={agreed}", f"/prices?client={empty}", "/prices?state=none"],
        "invoicing.price_list": [*lists, f"/prices/{ended}?month=2025-03"],
        "invoicing.new_prices": [f"/prices/new?client={empty}", f"/prices/new?from={holding}"],
    }

"""Every night: do balances, batches, layers and closed months still say what the ledger says? People hear if not."""

from collections.abc import Mapping
from uuid import UUID

from tatausaha.core import db, letters
from tatausaha.core.claims import Claim
from tatausaha.core.i18n import Language, Text, current_language, render, text, use_language
from tatausaha.core.money import format_rupiah
from tatausaha.core.process import tools
from tatausaha.core.quantities import format_quantity
from tatausaha.stock.queries.balances import Difference, Owner, list_clients_with_stock, list_differences

LANGUAGE: Language = "id"
"""Of letters to managers, whose own language only their account knows."""
NAMED = 5
LONGEST = 2_000

KINDS = {
    "level": text("Balance"),
    "batch": text("Batch"),
    "layer": text("Cost layers"),
    "month": text("Closed month"),
}


async def check(claim: Claim) -> None:
    """Compare every client's balances with its ledger, each as of one moment. With differences the job ends as done in part."""
    async with claim.scope():
        clients = await list_clients_with_stock()
    found: dict[Owner, list[Difference]] = {}
    for number, client in enumerate(clients, 1):
        async with claim.scope():
            if differences := await list_differences(client.id):
                found[client] = differences
        claim.progress(number, len(clients))
    claim.failures = sum(map(len, found.values()))
    claim.problem = _problem(found) if found else None
    async with claim.finishing():
        for client, differences in found.items():
            await _tell(claim.row.id, client, _named(differences))


async def _tell(job_id: UUID, client: Owner, why: str) -> None:
    """Write to owners and managers."""
    for record in await db.records("select email from member where role in ('owner', 'manager') and ended_at is null"):
        await letters.write(
            "stock_differs",
            record["email"],
            once_key=f"stock differs {job_id} {client.id} {record['email']}",
            language=LANGUAGE,
            client_id=client.id,
            client=client.name,
            why=why,
            link=f"{tools().settings.base_url}/jobs/{job_id}",
        )


def _problem(found: Mapping[Owner, list[Difference]]) -> Text:
    named = " ".join(f"{client.name}: {_named(differences)}." for client, differences in found.items())
    count = sum(map(len, found.values()))
    return text("{count} balances do not follow from the ledger. {named}", count=count, named=named[:LONGEST])


def _named(differences: list[Difference]) -> str:
    """The first differences by name, in the language of letters, since numbers stand in it."""
    with use_language(LANGUAGE):
        return "; ".join(_words(one) for one in differences[:NAMED])


def _words(one: Difference) -> str:
    language = current_language()
    kept = f"{format_quantity(one.kept_quantity, language)} / {format_rupiah(one.kept_value, language)}"
    follows = f"{format_quantity(one.quantity, language)} / {format_rupiah(one.value, language)}"
    return f"{render(KINDS[one.kind])} {one.name} ({one.place}): {kept} ≠ {follows}"

"""The provider as its invoices show it."""

import msgspec

from tatausaha.core import db


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice about who sends it, and after how many days past the due day a client is reminded."""

    version: int = 0
    legal_name: str = ""
    npwp: str | None = None
    address: str = ""
    pkp: bool = False
    bank: str = ""
    bank_account: str = ""
    bank_holder: str = ""
    signer: str = ""
    reminder_days: tuple[int, ...] = (3, 10, 20)

    @property
    def complete(self) -> bool:
        """True when an invoice by it can be paid and booked: name, address and account are known, of a PKP its NPWP."""
        needed = (self.legal_name, self.address, self.bank, self.bank_account, self.bank_holder)
        return all(needed) and (self.npwp is not None or not self.pkp)


async def get_profile() -> Profile:
    """The provider's data; empty ones, with its name, until somebody writes them."""
    found = await db.row(
        Profile,
        "select version, legal_name, npwp, address, pkp, bank, bank_account, bank_holder, signer, reminder_days"
        " from invoicing_profile",
    )
    return found or Profile(legal_name=await db.value("select name from provider") or "")

"""The verbs of a supplier: enter, change, put away, take back. The bank account changes only when two agree."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tatausaha.core import audit, changes, db
from tatausaha.core.change_kinds import Change, ChangeRow
from tatausaha.core.changes import Proposed
from tatausaha.core.crypto import keyring
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.cells import CellError, Parser, account, digits, email, whole_number, words
from tatausaha.core.masking import DOTS, masked
from tatausaha.people.rules import NPWP_DIGITS
from tatausaha.purchasing import secrets
from tatausaha.purchasing.forms import SupplierForm
from tatausaha.purchasing.queries import suppliers
from tatausaha.purchasing.queries.suppliers import Supplier

ATTENTION = text("Some fields need your attention.")
REMOVE = "-"
BANK = "supplier.bank_account"
GUARDED: dict[str, changes.Field] = {
    "bank": changes.Field(text("Bank")),
    "bank_account": changes.Field(text("Account number"), "account"),
    "bank_holder": changes.Field(text("Account holder")),
}
FACTS = (
    "code", "name", "contact", "email", "phone", "address", "npwp", "pkp", "terms_days", "lead_days", "language",
    "bank", "bank_account", "bank_holder", "note",
)  # fmt: skip
"""The columns of a supplier that people fill in."""
PARSERS: dict[str, Parser] = {
    "code": words(40), "name": words(200), "contact": words(200), "email": email(), "phone": words(60),
    "address": words(1000), "npwp": digits(NPWP_DIGITS), "bank": words(60), "bank_account": account(),
    "bank_holder": words(200), "note": words(2000), "terms_days": whole_number(0, 365), "lead_days": whole_number(0, 365),
}  # fmt: skip
Values = Mapping[str, Any]


async def create(client_id: UUID, form: SupplierForm) -> UUID:
    """A new supplier. Raises `Invalid` with a sentence at each wrong field."""
    facts = _facts(form, None)
    await _refuse_clash(client_id, None, facts["code"])
    supplier_id = uuid7()
    await insert([{"id": supplier_id, "client_id": client_id, **facts}])
    await audit.record("created", "supplier", supplier_id, client_id)
    return supplier_id


async def change(supplier: Supplier, form: SupplierForm, reason: str = "") -> Proposed | None:
    """Keep what was typed; gives the change of the bank account, where there is one. `supplier` must be locked."""
    facts = _facts(form, supplier)
    changed = {name: value for name, value in facts.items() if value != getattr(supplier, name)}
    if form.version != str(supplier.version):
        raise Invalid(
            text("Somebody else saved this supplier meanwhile. Compare, then save again to keep what you typed."),
            {name: _stored(name, supplier) for name in changed},
        )
    await _refuse_clash(supplier.client_id, supplier.id, facts["code"])
    free = {name: value for name, value in changed.items() if name not in GUARDED}
    if free:
        await update([{"id": supplier.id, **free}], tuple(free))
        await audit.record("changed", "supplier", supplier.id, supplier.client_id, fields=sorted(free))
    return await propose_bank(supplier, facts, reason)


async def propose_bank(supplier: Supplier, facts: Values, reason: str = "") -> Proposed | None:
    """Ask for another account, as the client's rules say. `supplier` must be locked."""
    before = {name: getattr(supplier, name) for name in GUARDED}
    after = {name: facts[name] for name in GUARDED}
    if before == after:
        return None
    return await changes.propose(
        BANK,
        subject_id=supplier.id,
        client_id=supplier.client_id,
        subject=supplier.name,
        before=before,
        after=after,
        reason=reason,
    )


def _page(change: ChangeRow) -> str:
    return f"/purchasing/suppliers/{change.subject_id}"


async def _present(change: Change) -> Values:
    assert change.subject_id is not None
    supplier = await suppliers.get_supplier(change.subject_id, lock=True)
    return {name: getattr(supplier, name) for name in change.before}


@changes.applies(BANK, label=text("Bank account of a supplier"), fields=GUARDED, page=_page, present=_present)
async def apply_bank(change: Change) -> None:
    """Store the account that was agreed on."""
    assert change.subject_id is not None
    await update([{"id": change.subject_id, **change.after}], tuple(change.after))
    await audit.record("changed", "supplier", change.subject_id, change.client_id, change=str(change.id))


async def archive(supplier: Supplier) -> None:
    """Out of lists and new orders; what was ordered stays. `supplier` must be locked."""
    await db.execute("update supplier set archived_at = now(), version = version + 1 where id = $1", supplier.id)
    await audit.record("archived", "supplier", supplier.id, supplier.client_id)


async def restore(supplier: Supplier) -> None:
    """Back in use."""
    await db.execute("update supplier set archived_at = null, version = version + 1 where id = $1", supplier.id)
    await audit.record("restored", "supplier", supplier.id, supplier.client_id)


async def insert(rows: list[dict[str, Any]]) -> None:
    """New suppliers; each row names `id`, `client_id` and every column of FACTS, numbers in plain."""
    names = ", ".join(("id", "client_id", *FACTS, "bank_account_index"))
    await db.execute(
        f"insert into supplier ({names}) select {names} from jsonb_populate_recordset(null::supplier, $1)",  # noqa: S608
        await _sealed(rows),
    )


async def update(rows: list[dict[str, Any]], facts: tuple[str, ...]) -> None:
    """Set some facts of suppliers by id, numbers in plain; they are sealed here."""
    columns = [*facts, *(["bank_account_index"] if "bank_account" in facts else [])]
    values = ", ".join(f"n.{name}" for name in columns)
    await db.execute(
        f"update supplier s set version = s.version + 1, ({', '.join(columns)}) = row({values})"  # noqa: S608
        " from jsonb_populate_recordset(null::supplier, $1) n where s.id = n.id",
        await _sealed(rows),
    )


async def _sealed(rows: list[dict[str, Any]]) -> list[Values]:
    keys = await keyring()
    return [
        {name: rf"\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()}
        for row in (secrets.closed(keys, row) for row in rows)
    ]


def typed_from(supplier: Supplier) -> dict[str, Any]:
    """The facts as its form shows them; secret numbers are left empty, which keeps them."""
    shown = {name: getattr(supplier, name) for name in FACTS} | {"version": supplier.version}
    return shown | dict.fromkeys(secrets.SECRETS, "")


def _facts(form: SupplierForm, stored: Supplier | None) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(form, name) for name in FACTS}
    problems: dict[str, Text] = {}
    for name, parser in PARSERS.items():
        try:
            facts[name] = _checked(name, facts[name], parser, stored)
        except CellError as error:
            problems[name] = text("This {reason}.", reason=str(error.reason))
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts


def _checked(name: str, typed: str, parser: Parser, stored: Supplier | None) -> object:
    secret = name in secrets.SECRETS
    if secret and typed == REMOVE:
        return ""
    if typed and not (secret and typed.startswith(DOTS)):
        return parser(typed)
    return getattr(stored, name) if stored and secret else ""


async def _refuse_clash(client_id: UUID, supplier_id: UUID | None, code: str) -> None:
    other = await db.value(
        "select name from supplier where client_id = $1 and code = $2 and id is distinct from $3",
        *(client_id, code, supplier_id),
    )
    if other:
        raise Invalid(ATTENTION, {"code": text("{other} has this code already.", other=other)})


def _stored(name: str, supplier: Supplier) -> Text:
    value = getattr(supplier, name)
    shown = masked(value) if name in secrets.SECRETS else value
    return text("Stored now: {value}", value="–" if shown in (None, "") else str(shown))

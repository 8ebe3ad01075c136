"""The verbs of customers: enter, change, put away."""

from typing import Any
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.cells import CellError, email
from tatausaha.sales.queries import customers as queries
from tatausaha.sales.queries.customers import Customer
from tatausaha.sales.receivable_forms import CustomerForm

ATTENTION = text("Some fields need your attention.")
LONGEST_TERMS = 365
FIELDS = ("code", "name", "contact", "email", "phone", "address", "language", "terms_days", "credit_limit")


async def create(client_id: UUID, form: CustomerForm) -> UUID:
    """A new customer. Raises `Invalid` with a sentence at each wrong field."""
    facts = await _checked(client_id, form, None)
    customer_id = uuid7()
    columns = ", ".join(FIELDS)
    holes = ", ".join(f"${number}" for number in range(3, 3 + len(FIELDS)))
    await db.execute(
        f"insert into customer (id, client_id, {columns}) values ($1, $2, {holes})",  # noqa: S608 - own names
        *(customer_id, client_id, *facts.values()),
    )
    await audit.record("created", "customer", customer_id, client_id)
    return customer_id


async def change(customer: Customer, form: CustomerForm) -> None:
    """Keep what was typed; `customer` must be locked. `Invalid` names what somebody else saved meanwhile."""
    facts = await _checked(customer.client_id, form, customer.id)
    changed = [name for name in FIELDS if facts[name] != getattr(customer, name)]
    if form.version != str(customer.version):
        raise Invalid(
            text("Somebody else saved this customer meanwhile. Compare, then save again to keep what you typed."),
            {name: text("Now stored: {value}", value=str(getattr(customer, name) or "–")) for name in changed},
        )
    settings = ", ".join(f"{name} = ${number}" for number, name in enumerate(FIELDS, start=2))
    await db.execute(
        f"update customer set version = version + 1, {settings} where id = $1",  # noqa: S608 - own names
        *(customer.id, *facts.values()),
    )
    await audit.record("changed", "customer", customer.id, customer.client_id, fields=changed)


async def archive(customer: Customer) -> None:
    """Put away a customer who owes nothing; what was stays readable."""
    if owed := await queries.sum_owed(customer.id):
        raise Conflict(text("{name} still owes {amount} rupiah.", name=customer.name, amount=owed))
    await db.execute("update customer set archived_at = now() where id = $1", customer.id)
    await audit.record("archived", "customer", customer.id, customer.client_id)


async def _checked(client_id: UUID, form: CustomerForm, own_id: UUID | None) -> dict[str, Any]:
    """The facts by column, in the order of `FIELDS`."""
    facts: dict[str, Any] = {name: getattr(form, name) for name in FIELDS}
    problems: dict[str, Text] = {}
    if facts["email"]:
        try:
            facts["email"] = email()(facts["email"])
        except CellError:
            problems["email"] = text("This is not an e-mail address.")
    if form.terms_days > LONGEST_TERMS:
        problems["terms_days"] = text("At most {limit} days.", limit=LONGEST_TERMS)
    for name, longest in (("code", 40), ("name", 200), ("contact", 200), ("phone", 40), ("address", 500)):
        if len(facts[name]) > longest:
            problems[name] = text("At most {limit} characters.", limit=longest)
    taken = await db.value(
        "select name from customer where client_id = $1 and code = $2 and id is distinct from $3",
        *(client_id, form.code, own_id),
    )
    if taken:
        problems["code"] = text("{name} has this code already.", name=taken)
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts

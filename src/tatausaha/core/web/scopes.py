"""What a token may be made for: a closed list, of which each role is offered its part."""

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import APPROVERS, EVERYONE, MANAGERS, PORTAL, STAFF


class Scope(msgspec.Struct, frozen=True):
    """One right of a token, in words, and the roles that can hold it."""

    label: Text
    roles: frozenset[str]


SCOPES: dict[str, Scope] = {
    "people:read": Scope(text("Read employees"), STAFF),
    "people:write": Scope(text("Enter and change employees"), STAFF),
    "payroll:read": Scope(text("Read payroll runs and payslips"), STAFF),
    "stock:read": Scope(text("Read items, stock and movements"), STAFF),
    "stock:write": Scope(text("Enter items and book movements"), STAFF),
    "purchasing:read": Scope(text("Read suppliers' bills"), STAFF),
    "purchasing:write": Scope(text("Take goods in and enter bills"), STAFF),
    "sales:read": Scope(text("Read shifts"), STAFF),
    "sales:write": Scope(text("Open shifts and book sales"), STAFF),
    "invoicing:read": Scope(text("Read prices and invoices to clients"), MANAGERS),
    "invoicing:write": Scope(text("Draft and send invoices to clients"), MANAGERS),
    "hours:read": Scope(text("Read hours"), STAFF),
    "hours:write": Scope(text("Enter hours"), STAFF),
    "reports:read": Scope(text("List and download documents"), EVERYONE),
    "changes:read": Scope(text("Read proposed changes"), STAFF | APPROVERS),
    "changes:decide": Scope(text("Approve and reject changes of others"), STAFF | APPROVERS),
    "log:read": Scope(text("Read the access log"), MANAGERS | PORTAL),
}


def scopes_of(role: str) -> frozenset[str]:
    """The scopes that a person of this role can give to a token."""
    return frozenset(name for name, scope in SCOPES.items() if role in scope.roles)

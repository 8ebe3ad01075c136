"""The places of the house, in the order of the sidebar, and who sees them."""

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import APPROVERS, MANAGERS, OWNERS, PORTAL, STAFF, bought
from tatausaha.core.web.viewer import Viewer


class Place(msgspec.Struct, frozen=True):
    """One entry of the navigation."""

    label: Text
    url: str
    icon: str
    roles: frozenset[str]
    foot: bool = False
    service: str = ""
    billed: bool = False  # there only while providers pay for the product
    also: tuple[str, ...] = ()  # further addresses that are reached from there


class NavItem(msgspec.Struct, frozen=True):
    """An entry as drawn for one person on one page."""

    label: Text
    url: str
    icon: str
    active: bool
    foot: bool


PLACES = (
    Place(text("Work"), "/work", "layout-dashboard", STAFF),
    Place(text("Clients"), "/clients", "building", STAFF),
    Place(text("People"), "/people", "users", STAFF, service="people"),
    Place(text("Payroll"), "/payroll", "cash", STAFF, service="payroll"),
    Place(text("Stock"), "/stock", "packages", STAFF, service="stock"),
    Place(text("Purchasing"), "/purchasing", "shopping-cart", STAFF, service="purchasing"),
    Place(text("Sales"), "/sales", "receipt", STAFF, service="sales"),
    Place(text("Hours"), "/hours", "clock", STAFF),
    Place(text("Invoices"), "/invoices", "file-invoice", MANAGERS, also=("/prices", "/profit")),
    Place(text("Reports"), "/reports", "chart-bar", STAFF),
    Place(text("Changes"), "/changes", "checks", STAFF),
    Place(text("Jobs"), "/jobs", "list-check", STAFF),
    Place(text("Personal data"), "/privacy", "shield-lock", STAFF),
    Place(text("Access log"), "/access", "eye", MANAGERS, foot=True),
    Place(text("Team"), "/team", "users-group", MANAGERS, foot=True),
    Place(text("Settings"), "/settings", "settings", MANAGERS, foot=True),
    Place(text("Subscription"), "/subscription", "credit-card", OWNERS, foot=True, billed=True),
    Place(text("Home"), "/portal", "home", PORTAL),
    Place(text("Approvals"), "/portal/approvals", "checks", APPROVERS, service="payroll"),
    Place(text("Changes"), "/portal/changes", "arrows-exchange", APPROVERS),
    Place(text("Shop"), "/portal/shop", "building-store", PORTAL, service="stock purchasing sales"),
    Place(text("Payslips"), "/portal/payslips", "receipt", PORTAL, service="payroll"),
    Place(text("Reports"), "/portal/reports", "chart-bar", PORTAL),
    Place(text("Invoices"), "/portal/invoices", "file-invoice", PORTAL),
    Place(text("Personal data"), "/portal/privacy", "shield-lock", PORTAL),
    Place(text("Access"), "/portal/access", "eye", PORTAL),
)


def navigation(viewer: Viewer | None, here: str, client_id: str | None) -> list[NavItem]:
    """The entries for this person, without services that nobody bought; a chosen client stays chosen from place to place."""
    if viewer is None:
        return []
    keep = f"?client={client_id}" if client_id and client_id.replace("-", "").isalnum() else ""
    return [
        NavItem(
            place.label,
            place.url + keep,
            place.icon,
            any(_active(url, here) for url in (place.url, *place.also)),
            place.foot,
        )
        for place in PLACES
        if viewer.role in place.roles and bought(viewer, place.service) and (viewer.standing or not place.billed)
    ]


def _active(url: str, here: str) -> bool:
    return here == url or (url != "/portal" and here.startswith(url + "/"))

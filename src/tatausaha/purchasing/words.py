"""What people read for the states of requests and orders, with the tone of the badge."""

from tatausaha.core.i18n import Text, text

ORDER_STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "waiting": (text("Waits for approval"), "waiting"),
    "approved": (text("Approved"), "progress"),
    "sent": (text("Sent"), "progress"),
    "confirmed": (text("Confirmed"), "done"),
    "refused": (text("Refused by the supplier"), "attention"),
    "received": (text("Received"), "done"),
    "closed": (text("Closed"), "done"),
    "cancelled": (text("Cancelled"), "draft"),
}
REQUEST_STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "waiting": (text("Waits for approval"), "waiting"),
    "approved": (text("Approved"), "progress"),
    "rejected": (text("Rejected"), "attention"),
    "ordered": (text("Ordered"), "done"),
    "cancelled": (text("Cancelled"), "draft"),
}

"""Words for the stored codes, with the tone in which they are shown."""

from tatausaha.core.i18n import Text, text

REQUESTS: dict[str, Text] = {
    "access": text("Access and copy"),
    "correction": text("Correction"),
    "restriction": text("Restriction"),
    "erasure": text("Erasure"),
    "objection": text("Objection"),
    "withdrawal": text("Withdrawal of consent"),
}
CHANNELS: dict[str, Text] = {
    "letter": text("Letter"),
    "mail": text("E-mail"),
    "visit": text("In person"),
    "portal": text("Portal"),
}
REQUEST_STATES: dict[str, tuple[Text, str]] = {
    "open": (text("Open"), "waiting"),
    "done": (text("Done"), "done"),
    "refused": (text("Refused"), "draft"),
}
URGENCY: dict[str, tuple[Text, str]] = {
    "calm": (text("In time"), "progress"),
    "soon": (text("Due within a day"), "waiting"),
    "late": (text("Overdue"), "attention"),
}
BREACH_STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Being looked into"), "waiting"),
    "confirmed": (text("Confirmed"), "attention"),
    "closed": (text("Closed"), "done"),
}
DESTRUCTION_STATES: dict[str, tuple[Text, str]] = {
    "waiting": (text("Waits for a second person"), "waiting"),
    "approved": (text("Being destroyed"), "progress"),
    "done": (text("Destroyed"), "done"),
    "dropped": (text("Not destroyed"), "draft"),
}
CONSENTS: dict[str, tuple[Text, str]] = {
    "asked": (text("Waits for the client"), "waiting"),
    "agreed": (text("Agreed"), "done"),
    "refused": (text("Refused"), "attention"),
}
IDENTITY: dict[str, Text] = {
    "card": text("Identity card seen"),
    "letter": text("Signed letter with a copy of the identity card"),
    "call": text("Called back on the number that is kept"),
    "client": text("The client vouches for the person"),
}

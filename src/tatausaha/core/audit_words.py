"""The words of the access log, for people."""

from tatausaha.core.i18n import Text, text

ACTIONS: dict[str, tuple[Text, str]] = {
    "saw": (text("looked at"), "draft"),
    "searched": (text("searched"), "draft"),
    "exported": (text("exported"), "waiting"),
    "downloaded": (text("downloaded"), "waiting"),
    "revealed": (text("revealed"), "attention"),
    "changed": (text("changed"), "progress"),
    "created": (text("entered"), "progress"),
    "imported": (text("imported"), "progress"),
    "uploaded": (text("uploaded"), "progress"),
    "confirmed": (text("confirmed an import of"), "progress"),
    "ended": (text("ended"), "progress"),
    "approved": (text("approved"), "done"),
    "reviewed": (text("reviewed"), "done"),
    "published": (text("published"), "done"),
    "closed": (text("closed"), "done"),
    "calculated": (text("calculated"), "progress"),
    "returned": (text("sent back"), "progress"),
    "contract": (text("changed the contract of"), "progress"),
    "component": (text("changed the pay of"), "progress"),
    "invited": (text("invited"), "progress"),
    "assigned": (text("assigned clients to"), "progress"),
    "verified": (text("checked"), "done"),
    "pruned": (text("forgot old lines of"), "progress"),
}
"""What was done, with the colour of its badge."""

CHOICES: tuple[tuple[str, Text], ...] = (
    ("saw", text("Looked at")),
    ("searched", text("Searched")),
    ("exported", text("Exported")),
    ("downloaded", text("Downloaded")),
    ("revealed", text("Revealed in full")),
    ("changed", text("Changed")),
)

KINDS: dict[str, Text] = {
    "employee": text("employee"),
    "employees": text("list of employees"),
    "slip": text("payslip"),
    "slips": text("list of payslips"),
    "pay_run": text("payroll run"),
    "pay_runs": text("list of payroll runs"),
    "pay_policy": text("payroll settings"),
    "payees": text("list of people of a run"),
    "register": text("payroll register"),
    "summary": text("payroll summary"),
    "month": text("report of a month"),
    "reports": text("list of reports"),
    "document": text("document"),
    "import": text("imported spreadsheet"),
    "imports": text("list of imports"),
    "rejects": text("refused rows of a spreadsheet"),
    "export": text("export"),
    "client": text("client company"),
    "clients": text("list of clients"),
    "member": text("person with access"),
    "members": text("list of people with access"),
    "invitation": text("invitation"),
    "job": text("job"),
    "jobs": text("list of jobs"),
    "work": text("list of work"),
    "access_log": text("access log"),
    "log_policy": text("rules of the access log"),
    "log_share": text("what the client is shown of the access log"),
    "audit_event": text("access log"),
    "chain": text("chain of the access log"),
    "unusual": text("unusual access"),
    "provider": text("the firm's settings"),
}

ROLES: dict[str, Text] = {
    "owner": text("Owner"),
    "manager": text("Manager"),
    "worker": text("Worker"),
    "approver": text("Approver"),
    "viewer": text("Viewer"),
    "job": text("Background job"),
    "system": text("The system"),
}


def action_words(action: str) -> Text:
    """What was done; an action without words of its own shows its name."""
    return ACTIONS[action][0] if action in ACTIONS else Text(action.replace("_", " ").replace(".", " "))


def kind_words(kind: str) -> Text:
    """What it was done to."""
    return KINDS.get(kind) or Text(kind.replace("_", " "))


def role_words(role: str) -> Text:
    """In which role."""
    return ROLES.get(role) or Text(role)

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
    "signed_in": (text("signed in"), "draft"),
    "proposed": (text("proposed"), "waiting"),
    "rejected": (text("rejected"), "attention"),
    "withdrawn": (text("withdrew"), "draft"),
    "applied": (text("applied"), "done"),
    "asked": (text("asked for"), "waiting"),
    "agreed": (text("agreed to"), "done"),
    "destroyed": (text("destroyed"), "attention"),
    "restricted": (text("restricted the use of"), "attention"),
    "restriction_lifted": (text("ended the restriction of"), "done"),
    "contract_removed": (text("removed a contract of"), "progress"),
    "component_ended": (text("ended a pay component of"), "progress"),
    "component_removed": (text("removed a pay component of"), "progress"),
    "tax_opening": (text("changed the tax opening of"), "progress"),
    "tax_opening_removed": (text("removed the tax opening of"), "progress"),
    "end_taken_back": (text("took back the end of"), "progress"),
    "archived": (text("archived"), "progress"),
    "restored": (text("restored"), "progress"),
    "branded": (text("changed colour and logo of"), "progress"),
    "cancelled": (text("cancelled"), "draft"),
    "retried": (text("tried again"), "progress"),
    "voided": (text("voided"), "attention"),
    "reopened": (text("reopened"), "progress"),
    "corrected": (text("corrected"), "progress"),
    "reports.make": (text("made the reports of"), "progress"),
    "rotated": (text("exchanged the keys of"), "progress"),
    "token_created": (text("made"), "progress"),
    "token_revoked": (text("revoked"), "attention"),
    "reset_factors": (text("reset the second step of"), "attention"),
    "email_change_asked": (text("asked for a new address of"), "waiting"),
    "refused_malware": (text("was refused for malware"), "attention"),
    "added": (text("added"), "progress"),
    "entered": (text("entered"), "progress"),
    "noted": (text("noted something in"), "progress"),
    "clients_named": (text("named the clients of"), "progress"),
    "pack_ordered": (text("ordered the pack of"), "progress"),
    "pack_made": (text("made the pack of"), "progress"),
    "told": (text("told others of"), "progress"),
    "released": (text("released"), "done"),
    "placed": (text("placed"), "progress"),
    "set": (text("set"), "progress"),
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
    "account": text("account"),
    "change": text("proposed change"),
    "changes": text("list of proposed changes"),
    "documents": text("list of documents"),
    "leaver": text("person who leaves"),
    "token": text("API token"),
    "data_key": text("keys of encrypted data"),
    "upload": text("uploaded file"),
    "privacy_request": text("request about personal data"),
    "privacy_requests": text("list of requests about personal data"),
    "processing_record": text("record of processing"),
    "breach": text("breach"),
    "breaches": text("list of breaches"),
    "breach_client": text("notice of a breach"),
    "destruction": text("destruction"),
    "retention": text("rules of retention"),
    "retention_rule": text("rule of retention"),
    "legal_hold": text("legal hold"),
    "sub_processor": text("sub-processor"),
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

"""The words of payroll, in one place for pages, reports and mails."""

from tatausaha.core.i18n import Text, text

STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "calculating": (text("Calculating"), "progress"),
    "calculated": (text("Waiting for review"), "waiting"),
    "reviewed": (text("Waiting for the client"), "waiting"),
    "approved": (text("Approved by the client"), "waiting"),
    "published": (text("Published"), "done"),
    "closed": (text("Closed"), "done"),
}
STEPS: tuple[tuple[str, str, Text], ...] = (
    ("draft", "created", text("Draft")),
    ("calculated", "calculated", text("Calculated")),
    ("reviewed", "reviewed", text("Reviewed")),
    ("approved", "approved", text("Approved by client")),
    ("published", "published", text("Published")),
    ("closed", "closed", text("Closed")),
)
ACTIONS: dict[str, Text] = {
    "created": text("began the run"),
    "entered": text("entered figures of the month"),
    "calculated": text("had it calculated"),
    "reopened": text("reopened it"),
    "reviewed": text("reviewed the figures"),
    "approved": text("approved the figures"),
    "returned": text("sent it back"),
    "voided": text("found figures other than the approved ones; the approval is void"),
    "published": text("published payslips and reports"),
    "closed": text("closed the month"),
}
NEXT: dict[str, Text] = {
    "draft": text("Enter what changed this month, then calculate."),
    "calculating": text("The workers are calculating; you may leave this page."),
    "calculated": text("Somebody who did not work on it reviews the figures."),
    "reviewed": text("The client's approver looks at the changes and approves."),
    "approved": text("Publish payslips and reports."),
    "published": text("Close the month when everything has arrived."),
    "closed": text("Nothing in this month changes any more. Mistakes are corrected slip by slip."),
}
INPUTS: dict[str, Text] = {
    "overtime": text("Overtime"),
    "bonus": text("Bonus"),
    "thr": text("THR (religious holiday allowance)"),
    "other_income": text("Other income, back pay"),
    "allowance": text("Allowance by attendance"),
    "benefit": text("Taxable benefit in kind"),
    "reimbursement": text("Reimbursement"),
    "deduction": text("Deduction"),
    "pension": text("Pension contribution"),
    "zakat": text("Zakat"),
    "unpaid_days": text("Unpaid days"),
}
KINDS: dict[str, Text] = {
    "new": text("New"),
    "gone": text("Gone"),
    "changed": text("Changed"),
    "zero": text("Paid nothing"),
}

"""The portal's words: plain ones, for people who do not work in payroll."""

from tatausaha.core.i18n import Text, text

STATES: dict[str, tuple[Text, str]] = {
    "reviewed": (text("Waiting for approval"), "waiting"),
    "approved": (text("Approved"), "progress"),
    "published": (text("Published"), "done"),
    "closed": (text("Closed"), "done"),
}
NEXT: dict[str, Text] = {
    "approved": text("Your payroll office publishes payslips and reports next; you are told by e-mail."),
    "published": text("Payslips and reports are ready."),
    "closed": text("Payslips and reports are ready. This month is closed and does not change any more."),
}
ACTIONS: dict[str, tuple[Text, str]] = {
    "reviewed": (text("checked the figures and asked for your approval"), "waiting"),
    "approved": (text("approved the figures"), "done"),
    "returned": (text("sent it back"), "attention"),
    "published": (text("published payslips and reports"), "done"),
    "closed": (text("closed the month"), "done"),
}
KINDS: dict[str, tuple[Text, str]] = {
    "new": (text("New"), "progress"),
    "gone": (text("Left"), "draft"),
    "changed": (text("Changed"), "waiting"),
    "zero": (text("Paid nothing"), "attention"),
}
# In this order: a figure of `payroll.queries.Totals` and what it is called here.
FIGURES: tuple[tuple[str, Text], ...] = (
    ("cash_gross", text("Gross pay")),
    ("employee_bpjs", text("BPJS paid by employees")),
    ("pph21", text("Income tax (PPh 21)")),
    ("net_pay", text("Transferred to employees")),
    ("employer_bpjs", text("BPJS paid by the company")),
    ("employer_cost", text("Total cost to the company")),
)
# In this order: the documents of a whole run, what they are called, and the formats that each comes in.
REPORTS: tuple[tuple[Text, tuple[tuple[str, str], ...]], ...] = (
    (text("All payslips"), (("payslips_zip", "ZIP"),)),
    (
        text("Summary and cost by department"),
        (("summary_pdf", "PDF"), ("summary_xlsx", "XLSX"), ("summary_csv", "CSV")),
    ),
    (text("Payroll register"), (("register_pdf", "PDF"), ("register_xlsx", "XLSX"), ("register_csv", "CSV"))),
)

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
PRORATION: dict[str, Text] = {
    "calendar_days": text("Calendar days"),
    "working_days_5": text("Working days of a five-day week"),
    "working_days_6": text("Working days of a six-day week"),
    "fixed:21": text("A fixed month of {days} days", days=21),
    "fixed:22": text("A fixed month of {days} days", days=22),
    "fixed:25": text("A fixed month of {days} days", days=25),
    "fixed:26": text("A fixed month of {days} days", days=26),
    "fixed:30": text("A fixed month of {days} days", days=30),
}
# What the law leaves open, in the reader's language: the title of the choice and the doubt behind it.
DOUBTS: dict[str, tuple[Text, Text]] = {
    "pph21_rounding": (
        text("Rounding of PPh 21"),
        text("The law does not say how a tax with a fraction becomes whole rupiah. Published examples allow both."),
    ),
    "bpjs_rounding": (
        text("Rounding of BPJS contributions"),
        text("The law does not say how a contribution becomes whole rupiah. Each line is rounded by itself."),
    ),
    "proration_rounding": (
        text("Rounding of part of a month's pay"),
        text("The law does not say how part of a month's wage becomes whole rupiah."),
    ),
    "gross_up_choice": (
        text("Which tax allowance of several"),
        text("Steps of the TER table can give several allowances that equal their own tax. The law does not choose."),
    ),
    "net_treatment": (
        text("Tax borne by the employer"),
        text(
            "Tax paid for the employee is itself income since 2023. Whether it may still stay outside is not settled."
        ),
    ),
    "net_refund": (
        text("Who gets back what was withheld too much"),
        text("It goes to the employee. Where the employer bore the tax, contracts differ."),
    ),
    "no_npwp_surcharge": (
        text("20 % more without NPWP"),
        text("The law still says so. Since the NIK serves as NPWP it is not applied in practice."),
    ),
    "kesehatan_floor": (
        text("Minimum wage as floor of BPJS Kesehatan"),
        text("The base is at least the minimum wage of the place of work. Arrangements for part-time work differ."),
    ),
    "bpjs_partial_month": (
        text("BPJS in a month worked in part"),
        text("No rule was found. The full contribution on the registered wage is practice."),
    ),
    "annualisation": (
        text("Bonus and THR when a year is annualised"),
        text("No official example shows whether they are left out of the multiplication by 12/n."),
    ),
}
ANSWERS: dict[str, Text] = {
    "floor": text("Down to the rupiah"),
    "half_up": text("To the nearest rupiah"),
    "smallest": text("The smallest"),
    "largest": text("The largest"),
    "benefit": text("Is taxable income, as in a gross-up"),
    "outside": text("Stays outside the income"),
    "employee": text("The employee"),
    "employer": text("The employer"),
    "off": text("Off"),
    "on": text("On"),
    "registered": text("On the registered wage, in full"),
    "paid": text("On what was paid"),
    "all": text("All income is multiplied"),
    "regular_only": text("Only regular income is multiplied"),
}

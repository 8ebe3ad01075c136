"""The duties of UU 27/2022 and how the house meets them, with what was not read in the text marked as such."""

from datetime import date

import msgspec

from tatausaha.core.i18n import Text, text

STATED_ON = date(2026, 11, 21)


class Duty(msgspec.Struct, frozen=True):
    """A duty and its article; `read` is False where the number awaits a lawyer's eye."""

    article: str
    duty: Text
    met: Text
    read: bool


DUTIES = (
    Duty(
        "5–8, 13",
        text("Information, correction, access and copy, erasure, portability"),
        text("Requests desk; a copy as JSON and PDF, made within minutes"),
        read=False,
    ),
    Duty("20–22", text("A basis for each processing"), text("Basis of each kind in this record"), read=False),
    Duty("30", text("Correct within 3 × 24 hours, and tell"), text("Requests desk, alarm at 48 hours"), read=True),
    Duty("31", text("Record all processing"), text("This record, and the access log"), read=True),
    Duty("32", text("Access with the trail of processing"), text("The trail is part of the copy"), read=True),
    Duty(
        "34",
        text("Impact assessment where the risk is high"),
        text("Kinds that Pasal 4 calls specific are marked; the assessment itself is a paper of the office"),
        read=True,
    ),
    Duty("35–36, 39", text("Security, confidentiality"), text("Walls, encryption, access log"), read=False),
    Duty("37–38", text("Supervise those who process"), text("Roles, two people for what counts"), read=False),
    Duty(
        "40–41",
        text("Stop on withdrawal; delay and restrict within 3 × 24 hours"),
        text("Restricted state: no new runs, exports or payslips"),
        read=False,
    ),
    Duty(
        "42–45",
        text("End, erase and destroy, and tell"),
        text("Retention rules, destruction by two people, certificate"),
        read=False,
    ),
    Duty(
        "46",
        text("Written notice of a failure within 3 × 24 hours"),
        text("Breach register with clock, drafts and pack"),
        read=True,
    ),
    Duty(
        "51–52",
        text("The processor acts on instruction; written leave for others"),
        text("Sub-processors with each client's consent"),
        read=True,
    ),
    Duty(
        "53–54", text("An officer for large-scale specific data"), text("Named in the office's own papers"), read=False
    ),
    Duty("56", text("Transfer abroad"), text("Country of each sub-processor"), read=True),
)

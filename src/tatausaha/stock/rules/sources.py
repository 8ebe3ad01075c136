"""What causes movements, in words, and where people find it."""

from uuid import UUID

from tatausaha.core.i18n import Text, text

KINDS: dict[str, Text] = {
    "opening": text("Opening balance"),
    "receipt": text("Receipt"),
    "issue": text("Issue"),
    "sale": text("Sale"),
    "refund": text("Refund"),
    "transfer_out": text("Transfer out"),
    "transfer_in": text("Transfer in"),
    "adjustment": text("Adjustment"),
    "count": text("Count"),
    "supplier_return": text("Return to supplier"),
    "exchange_out": text("Exchange out"),
    "exchange_in": text("Exchange in"),
    "write_off": text("Write-off"),
    "revaluation": text("Revaluation"),
}

DOCUMENTS: dict[str, tuple[Text, str]] = {
    "movement": (text("By hand"), "/stock/moves/{id}"),
    "transfer": (text("Transfer"), "/stock/moves/{id}"),
    "stock_count": (text("Count"), "/stock/counts/{id}"),
    "supply_request": (text("Request for supplies"), "/stock/supplies/{id}"),
    "goods_receipt": (text("Goods receipt"), "/purchasing/receipts/{id}"),
    "supplier_return": (text("Return to supplier"), "/purchasing/returns/{id}"),
    "shift": (text("Shift"), "/sales/shifts/{id}"),
    "sales_import": (text("Imported sales"), "/sales/imports/{id}"),
    "import": (text("Imported spreadsheet"), "/stock/imports/{id}"),
}
"""By `document_kind`: its name, and the address of its page."""


def document_link(kind: str, key: UUID | None) -> str:
    """Where the document of a movement is shown; its own movements where it has no other page."""
    if key is None:
        return ""
    known = DOCUMENTS.get(kind)
    return (known[1] if known else "/stock/moves/{id}").format(id=key)


def document_name(kind: str) -> Text:
    """What the document of a movement is called."""
    known = DOCUMENTS.get(kind)
    return known[0] if known else text("Document")

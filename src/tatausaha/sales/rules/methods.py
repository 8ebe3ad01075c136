"""Ways of paying, by the words that tills have for them."""

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import normalised

CASH = "cash"
LONGEST = 60

METHODS: dict[str, tuple[Text, tuple[str, ...]]] = {
    CASH: (text("Cash"), ("cash", "tunai", "kas", "uang tunai", "kontan")),
    "qris": (text("QRIS"), ("qris", "qr", "qr code")),
    "debit": (text("Debit card"), ("debit", "debit card", "kartu debit", "debet", "edc debit")),
    "credit": (text("Credit card"), ("credit", "credit card", "kartu kredit", "kredit", "cc")),
    "transfer": (text("Bank transfer"), ("transfer", "bank transfer", "transfer bank", "va", "virtual account")),
    "voucher": (text("Voucher"), ("voucher", "gift card", "kupon")),
}
_WORDS = {word: method for method, (_, words) in METHODS.items() for word in (method, *words)}


def method_of(written: str) -> str:
    """The way of paying that a till means; one that we do not know keeps its own name. Nothing written is cash."""
    plain = normalised(written)
    return _WORDS.get(plain, plain[:LONGEST]) or CASH


def label_of(method: str) -> Text | str:
    """What people read for a way of paying."""
    return METHODS[method][0] if method in METHODS else method

"""A difference in a sentence: `The payment service billed 12 employees; 11 were counted.`"""

from collections.abc import Callable, Mapping

from tatausaha.core.i18n import Text, text

Sentence = Callable[[str, str], Text]


def difference(kind: str, ours: str, theirs: str) -> Text:
    """What differs, in words; of a kind without words of its own, its two values."""
    if kind in _SENTENCES:
        return _SENTENCES[kind](ours or "–", theirs or "–")
    subject, _, name = kind.partition(".")
    if subject in ("amount", "price"):
        return text("An invoice or price differs: {ours} here, {theirs} there.", ours=ours or "–", theirs=theirs or "–")
    return text(
        "The payment service says {theirs} where {ours} stood here ({name}).",
        ours=ours or "–",
        theirs=theirs or "–",
        name=name.replace("_", " "),
    )


_SENTENCES: Mapping[str, Sentence] = {
    "quantity.base": lambda ours, theirs: text(
        "The payment service billed {theirs} base fees; {ours} was due.", ours=ours, theirs=theirs
    ),
    "quantity.client": lambda ours, theirs: text(
        "The payment service billed {theirs} client companies; {ours} were counted.", ours=ours, theirs=theirs
    ),
    "quantity.employee": lambda ours, theirs: text(
        "The payment service billed {theirs} employees; {ours} were counted.", ours=ours, theirs=theirs
    ),
    "subscription.missed": lambda ours, theirs: text(
        "There was a subscription at the payment service that was not known here."
    ),
    "subscription.unknown": lambda ours, theirs: text(
        "The payment service holds a subscription that is of no plan of ours."
    ),
    "subscription.twice": lambda ours, theirs: text("Two subscriptions are paid at once; one must be ended."),
    "subscription.gone": lambda ours, theirs: text(
        "The payment service does not know the subscription that stands here."
    ),
    "price.unknown": lambda ours, theirs: text(
        "The subscription holds a price that is none of ours: {theirs}.", theirs=theirs
    ),
    "line.unknown": lambda ours, theirs: text(
        "An invoice has a line that is for nothing of ours: {theirs}", theirs=theirs
    ),
    "invoice.missing": lambda ours, theirs: text("There is no invoice for the period that began on {ours}.", ours=ours),
}

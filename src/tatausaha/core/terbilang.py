"""Amounts in Indonesian words, as contracts, receipts and orders repeat them."""

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_LARGE = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))
LIMIT = 10**15


def terbilang(amount: int) -> str:
    """`1_250_000` is "satu juta dua ratus lima puluh ribu". Below zero begins with "minus".

    Raises ValueError from a thousand trillion on, for which the language has no everyday word.
    """
    if abs(amount) >= LIMIT:
        raise ValueError(f"too large to be written in words: {amount}")
    if amount < 0:
        return f"minus {terbilang(-amount)}"
    return _words(amount)


def _words(number: int) -> str:
    for size, name in _LARGE:
        if number >= size:
            # One thousand is "seribu", but one million "satu juta".
            head = "seribu" if size == 1000 and number < 2000 else f"{_words(number // size)} {name}"
            return _joined(head, number % size)
    if number >= 100:
        return _joined("seratus" if number < 200 else f"{_DIGITS[number // 100]} ratus", number % 100)
    if number >= 20:
        return _joined(f"{_DIGITS[number // 10]} puluh", number % 10)
    return _DIGITS[number] if number < len(_DIGITS) else f"{_DIGITS[number - 10]} belas"


def _joined(head: str, rest: int) -> str:
    return f"{head} {_words(rest)}" if rest else head

"""What stands on goods: EAN-13 numbers carry a digit that proves the others."""

EAN_DIGITS = 13


def checked_barcode(written: str) -> str:
    """The barcode without blanks around it. ValueError for 13 digits whose last does not prove the others."""
    barcode = "".join(written.split())
    if is_number(barcode) and barcode[-1] != check_digit(barcode[:-1]):
        raise ValueError(f"wrong check digit: {barcode}")
    return barcode


def is_number(barcode: str) -> bool:
    """True for what looks like an EAN-13 number."""
    return len(barcode) == EAN_DIGITS and barcode.isascii() and barcode.isdigit()


def check_digit(digits: str) -> str:
    """The digit that follows twelve others in an EAN-13 number (GS1 General Specifications, 7.9)."""
    weighed = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return str(-weighed % 10)

"""What a process writes down: one line for each message, and nothing in it that opens a door or names a person's numbers.

Nobody is asked to log carefully: every handler's text goes through `redacted`, tracebacks and other people's loggers too.
"""

import logging
import re
import sys
import time

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
GONE = "[redacted]"

_WORDS = (
    "password|passwd|pwd|secret|token|csrf|cookie|authorization|api[_-]?key|session|otp|totp|recovery[_-]?code"
    "|nik|npwp|bank[_-]?account|account[_-]?number|rekening|bpjs"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?i)\b(bearer|basic) +[\w.~+/=-]{6,}", rf"\1 {GONE}"),
        (r"(?i)\b(set-cookie|cookie|authorization)(['\"]?\s*[:=,]\s*)[^\r\n]+", rf"\1\2{GONE}"),
        (rf"(?i)((?:{_WORDS})[\w-]{{0,30}}['\"]?\s*[:=]\s*)b?(?:'[^']*'|\"[^\"]*\"|[^\s,;&)}}\]]+)", rf"\1{GONE}"),
        (r"\b((?:__Host-)?tata=)[^\s;'\"]+", rf"\1{GONE}"),
        (r"(://[^/\s:@]*:)[^@\s/]+(?=@)", rf"\1{GONE}"),
        # A token, whatever it is called: long, and of mixed letters and digits. Keys of records have small letters alone.
        (r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,}(?![\w-])", GONE),
        # NPWP, and NIK or account numbers in groups as people write them.
        (r"(?<!\d)\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}(?!\d)", GONE),
        (r"(?<!\d)\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{4}(?!\d)", GONE),
        (r"(?<![\w-])\d{10,}(?![\w-])", GONE),
    )
)
_BREAKS = {ord(letter): repr(letter)[1:-1] for letter in "\r\n\v\f\x1b\x85\u2028\u2029"}


def redacted(written: str) -> str:
    """The text without passwords, tokens, cookies, identity and account numbers."""
    for pattern, replacement in _PATTERNS:
        written = pattern.sub(replacement, written)
    return written


class Redacting(logging.Formatter):
    """Every logger's lines in one form: the time in UTC, a message on one line, a traceback below, all of it redacted."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__(FORMAT)
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.makeLogRecord(record.__dict__)
        plain.msg, plain.args, plain.exc_text = record.getMessage().translate(_BREAKS), None, None
        return redacted(super().format(plain))


def open_logs() -> None:
    """Write to standard error from now on, redacted; what writes there already is made to redact as well."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # It tells every address that it asks, with customers and coupon codes in it.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    loggers = (logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict))
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if getattr(handler, "stream", None) in (sys.stdout, sys.stderr) and not isinstance(
            handler.formatter, Redacting
        ):
            handler.setFormatter(Redacting())

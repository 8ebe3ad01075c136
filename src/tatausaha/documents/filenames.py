"""Names for files that people download: readable, and safe on every system and in every ZIP."""

import re
from urllib.parse import quote

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
LONGEST = 150


def file_name(*parts: str, suffix: str) -> str:
    """The parts as one name with a suffix: `Slip gaji November 2026 KS-0042 Ayu.pdf`."""
    joined = _UNSAFE.sub("-", " ".join(part.strip() for part in parts if part.strip()))
    return f"{joined[:LONGEST].strip(' .') or 'file'}.{suffix}"


def attachment(name: str) -> str:
    """The Content-Disposition that saves a file under its name: RFC 6266, with the name in UTF-8 by RFC 5987."""
    plain = _UNSAFE.sub("_", name.encode("ascii", "replace").decode())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

"""Pictures that people upload: opened, measured and drawn anew, so that nothing but the picture is kept."""

import asyncio
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

MAX_BYTES = 512 * 1024
MAX_SIDE = 4096
KEPT_SIDE = 512
NO_PICTURE = text("Choose a PNG or JPEG picture of at most 512 kB and {side} pixels a side.", side=MAX_SIDE)
# A browser shows it inside a page of ours, and saves it when somebody opens it by itself.
AS_LOGO = {"Content-Disposition": 'attachment; filename="logo.png"', "Cache-Control": "private, max-age=3600"}


async def clean_picture(content: bytes) -> bytes:
    """A PNG of at most 512 × 512 pixels, or `Invalid` for anything but a PNG or JPEG within the bounds."""
    picture = await asyncio.to_thread(_redraw, content) if len(content) <= MAX_BYTES else None
    if picture is None:
        raise Invalid(NO_PICTURE)
    return picture


def refuse_other_kinds(content: bytes) -> None:
    """Raise `Invalid` for what does not begin like a PNG or a JPEG."""
    if not content.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
        raise Invalid(NO_PICTURE)


def _redraw(content: bytes) -> bytes | None:
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > MAX_SIDE:
                return None
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    target = BytesIO()
    drawn.save(target, "PNG", optimize=True)
    return target.getvalue()

"""The line above every page of the provider's people while the subscription needs somebody."""

from datetime import UTC, datetime

from tatausaha.billing import news
from tatausaha.billing.service.notices import DOORS
from tatausaha.core.web.banner import Banner, shows
from tatausaha.core.web.viewer import Viewer

HOME = "/subscription"


@shows
def above_every_page(viewer: Viewer) -> Banner | None:
    """The gravest news for owners; for others only what they cannot begin."""
    standing, now = viewer.standing, datetime.now(UTC)
    if standing is None:
        return None
    if viewer.role != "owner":
        notice = news.for_staff(standing, now)
        return Banner(notice.tone, notice.title, notice.words) if notice else None
    held = news.hold(standing, now)
    if not held:
        return None
    path, label = DOORS[held[0].action]
    return Banner(held[0].tone, held[0].title, held[0].words, path, label, HOME)

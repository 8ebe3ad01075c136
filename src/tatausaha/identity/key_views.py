"""The page of the provider's keys."""

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import audit, rotation
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, OWNERS
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import keys


class KeyController(Controller):
    """What managers see of the keys, and owners may do with them; the keys themselves are shown to nobody."""

    path = keys.PAGE

    @get("/", name="identity.keys", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        """Numbers, ages, and how many values each key seals."""
        async with request.user.scope():
            found = await rotation.list_keys()
            await audit.saw("data_key", count=len(found))
        return page(request, "identity/keys.html", found=found)

    @post("/rotate", name="identity.rotate_keys", roles=OWNERS, recent=True)
    async def rotate(self, request: AppRequest) -> Redirect:
        async with request.user.scope():
            number = await keys.rotate()
        return go_to(keys.PAGE, text("Key {number} is made; everything is sealed with it shortly.", number=number))

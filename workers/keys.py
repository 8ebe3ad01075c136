"""What is done with keys in the background."""

from tatausaha.core.claims import Claim
from tatausaha.identity import keys
from tatausaha.identity.keys import RotateKeys
from workers.runtime import handles


@handles(RotateKeys)
async def rotate_keys(job: RotateKeys, claim: Claim) -> None:
    """Seal everything of a provider under its new key."""
    await keys.reseal(job.number, claim)

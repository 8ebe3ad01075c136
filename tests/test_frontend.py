"""The rules that every template and script keeps, and what the shared components promise to a page."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from tatausaha.core.i18n import text, use_language
from tatausaha.core.web.navigation import PLACES
from tatausaha.core.web.templating import make_engine

FRONTEND = Path(__file__).parents[1] / "frontend"
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.parent.name != "mail"]
SOURCES = [*TEMPLATES, *sorted((FRONTEND / "assets").rglob("*.js")), *sorted((FRONTEND / "assets").rglob("*.css"))]

# Words that are the same in every language: names, units, keys of the keyboard, statutory codes.
SAME_EVERYWHERE = {"Indonesia", "English", "Tatausaha", "Rp", "Ctrl", "Enter", "J", "K", "PDF", "Excel"}
FORBIDDEN = {
    "a style in place": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script in place": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "a stylesheet in place": r"<style",
    "a script address": r"javascript:",
    "htmx's own eval": r"hx-on|hx-vals\s*=\s*[\"']js:",
    "Bootstrap's scripts, which are not loaded": r"data-bs-",
}


@pytest.fixture(scope="module")
def environment() -> Environment:
    environment = make_engine(FRONTEND).engine
    environment.globals["asset"] = lambda name: f"/static/{name}"
    return environment


def draw(environment: Environment, source: str, **context: object) -> str:
    with use_language("en"):
        return re.sub(r"\s+", " ", environment.from_string(source).render(**context))


def named(path: Path) -> str:
    return str(path.relative_to(FRONTEND))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_template_can_be_read_by_the_engine(environment: Environment, path: Path) -> None:
    environment.get_template(str(path.relative_to(FRONTEND / "templates")))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_needs_a_weaker_content_security_policy(environment: Environment, path: Path) -> None:
    markup = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert [rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, markup)] == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}\S*", path.read_text()) == []


class Words(HTMLParser):
    """Collects what a reader sees or hears, with every expression of the template already blanked."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self.SPOKEN and value:
                self.handle_data(value)

    def handle_data(self, data: str) -> None:
        if '="' in data:  # attributes that a macro makes for the tags of others
            return
        self.found.update(re.findall(r"[A-Za-z]+", data))


def literal_markup(environment: Environment, path: Path) -> Iterator[str]:
    """The template without its expressions, and without the sentences inside {% trans %}."""
    block, skipping = "", False
    for _, kind, value in environment.lex(path.read_text()):
        if kind == "name" and block == "?":
            block = value
            skipping = value == "trans" or (skipping and value != "endtrans")
        elif kind == "block_begin":
            block = "?"
        elif kind == "data" and not skipping:
            yield value
        elif kind in ("variable_begin", "block_end"):
            yield " "


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_word_on_a_page_can_be_translated(environment: Environment, path: Path) -> None:
    reader = Words()
    written = "".join(literal_markup(environment, path))
    markup = re.sub(r"<script.*?</script>|<code>.*?</code>|&\w+;", "", written, flags=re.DOTALL)
    reader.feed(markup)
    assert reader.found - SAME_EVERYWHERE == set()


def test_packages_are_pinned_exactly_and_the_lock_names_no_host() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = (FRONTEND / "package-lock.json").read_text()
    assert "://" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_scripts_of_every_page_stay_within_60_kilobytes() -> None:
    assert len(gzip.compress(built("app.js").read_bytes())) <= 60_000


def test_every_place_of_the_navigation_has_its_icon() -> None:
    sprite = built("icons.svg").read_text()
    assert [place.icon for place in PLACES if f'id="{place.icon}"' not in sprite] == []


def built(name: str) -> Path:
    manifest = FRONTEND / "dist" / "manifest.json"
    assert manifest.exists(), "the front end is not built: run `npm ci && npm run build` in frontend/"
    hashed: str = json.loads(manifest.read_text())[name]
    return manifest.parent / hashed


FORM = '{% import "components/form.html" as form %}'
TABLE = '{% import "components/table.html" as table %}'
SHOW = '{% import "components/show.html" as show %}'


def test_a_refused_form_keeps_what_was_typed_and_ties_the_reason_to_the_field(environment: Environment) -> None:
    html = draw(
        environment,
        FORM + "{{ form.summary(errors) }}{{ form.text('nik', 'NIK', values, errors, help='16 digits') }}",
        values={"nik": '31"71<'},
        errors={"nik": text("This has {count} digits.", count=4)},
    )
    assert 'value="31&#34;71&lt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="nik-error nik-help"' in html
    assert html.count("This has 4 digits.") == 2
    assert 'href="#nik"' in html
    assert "data-takes-focus" in html


def test_a_refusal_of_the_whole_form_is_told_above_it(environment: Environment) -> None:
    html = draw(environment, FORM + "{{ form.summary({}, problem) }}", problem=text("E-mail or password is wrong."))
    assert "E-mail or password is wrong." in html


def test_a_form_shown_for_the_first_time_needs_no_values_and_no_errors(environment: Environment) -> None:
    html = draw(
        environment,
        FORM
        + "{{ form.summary(errors, problem) }}{{ form.text('a', 'A', values, errors) }}{{ form.money('b', 'B', values, errors) }}"
        "{{ form.day('c', 'C', values, errors) }}{{ form.check('d', 'D', values, errors) }}",
    )
    assert "aria-invalid" not in html
    assert "checked" not in html
    assert "Undefined" not in html


def test_stored_amounts_and_days_are_shown_as_people_type_them(environment: Environment) -> None:
    html = draw(
        environment,
        FORM + "{{ form.money('pay', 'Pay', values, {}) }}{{ form.day('start', 'Start', values, {}) }}",
        values={"pay": 1_250_000, "start": date(2026, 11, 21)},
    )
    assert 'value="1,250,000"' in html
    assert 'value="21/11/2026"' in html


def test_a_password_is_never_written_back_into_a_page(environment: Environment) -> None:
    html = draw(
        environment, FORM + "{{ form.text('p', 'P', values, {}, type='password') }}", values={"p": "rahasia-sekali"}
    )
    assert "rahasia-sekali" not in html


def test_sorting_keeps_the_filter_turns_on_the_second_click_and_starts_at_the_first_page(
    environment: Environment,
) -> None:
    source = TABLE + (
        "{% call table.rows('slips', 'Slips', [{'key': 'net', 'label': 'Net', 'sort': true, 'number': true}],"
        " '/slips', params) %}{% endcall %}"
    )
    html = draw(environment, source, params={"q": "sari dewi", "sort": "net", "after": "cursor"})
    assert 'aria-sort="ascending"' in html
    assert 'href="/slips?q=sari+dewi&amp;sort=-net"' in html or 'href="/slips?q=sari%20dewi&amp;sort=-net"' in html


def test_a_difference_shows_its_direction_by_sign_and_arrow_not_by_colour_alone(environment: Environment) -> None:
    up = draw(environment, SHOW + "{{ show.difference(1250000, 1000000) }}")
    down = draw(environment, SHOW + "{{ show.difference(1000000, 1250000, good='down') }}")
    assert "+Rp 250,000" in up
    assert "arrow-up-right" in up
    assert "−Rp 250,000" in down
    assert "arrow-down-right" in down
    assert "tone-done" in down
    assert "unchanged" in draw(environment, SHOW + "{{ show.difference(5, 5) }}")


def test_the_numbers_of_a_chart_cannot_end_its_script(environment: Environment) -> None:
    html = draw(
        environment,
        '{% from "components/chart.html" import chart %}{{ chart("Cost", "Rose.", "bar", labels, series) }}',
        labels=["</script><script>alert(1)</script>"],
        series=[{"name": "Wages", "values": [1_250_000]}],
    )
    assert "<script>alert" not in html
    assert '<td class="num">Rp 1,250,000</td>' in html

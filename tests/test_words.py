"""Every sentence exists in Indonesian, with the same parameters."""

import re
import runpy
from typing import Any

import pytest

from tatausaha.settings import PROJECT

WORDS: dict[str, Any] = runpy.run_path(str(PROJECT / "infra/words.py"), run_name="words")
PARAMETER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+\}")


def test_every_sentence_has_an_indonesian_translation() -> None:
    assert WORDS["missing"](WORDS["said"](), WORDS["kept"]()) == []


def test_translations_use_the_parameters_of_their_sentence() -> None:
    first = WORDS["first"]
    wrong = [
        first(message.id)
        for message in WORDS["kept"]()
        if message.id
        and message.string
        and not set(PARAMETER.findall(first(message.string))) <= set(PARAMETER.findall(" ".join(_forms(message.id))))
    ]

    assert wrong == []


def test_a_new_sentence_would_be_missed() -> None:
    spoken = WORDS["said"]()
    spoken.add("A sentence that nobody translated")

    assert "A sentence that nobody translated" in WORDS["missing"](spoken, WORDS["kept"]())


def _forms(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


@pytest.mark.parametrize("sentence", ["Payroll", "Net pay"])
def test_some_words_are_really_indonesian(sentence: str) -> None:
    translated = {WORDS["first"](m.id): WORDS["first"](m.string) for m in WORDS["kept"]() if m.id}

    assert translated[sentence] != sentence

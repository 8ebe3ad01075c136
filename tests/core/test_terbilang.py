"""Amounts in words are those that an Indonesian would write by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.terbilang import LIMIT, terbilang

WORTH = {
    **{
        word: n
        for n, word in enumerate(
            [
                "nol",
                "satu",
                "dua",
                "tiga",
                "empat",
                "lima",
                "enam",
                "tujuh",
                "delapan",
                "sembilan",
                "sepuluh",
                "sebelas",
            ]
        )
    },
    "seratus": 100,
    "seribu": 1000,
}
SCALES = {"triliun": 10**12, "miliar": 10**9, "juta": 10**6, "ribu": 10**3}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1_000, "seribu"),
        (1_999, "seribu sembilan ratus sembilan puluh sembilan"),
        (2_000, "dua ribu"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_250_000, "satu juta dua ratus lima puluh ribu"),
        (3_000_000_000, "tiga miliar"),
        (-15, "minus lima belas"),
        (1_000_000_000_001, "satu triliun satu"),
    ],
)
def test_an_amount_is_written_as_people_say_it(amount: int, words: str) -> None:
    assert terbilang(amount) == words


@given(st.integers(0, LIMIT - 1))
def test_the_words_say_the_very_amount(amount: int) -> None:
    assert worth(terbilang(amount).split()) == amount


def test_what_has_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        terbilang(LIMIT)


def worth(words: list[str]) -> int:
    for scale, size in SCALES.items():
        if scale in words:
            at = words.index(scale)
            return worth(words[:at]) * size + worth(words[at + 1 :])
    total = last = 0
    for word in words:
        if word in ("ratus", "puluh"):
            total, last = total + last * {"ratus": 100, "puluh": 10}[word], 0
        elif word == "belas":
            total, last = total + last + 10, 0
        else:
            total, last = total + last, WORTH[word]
    return total + last

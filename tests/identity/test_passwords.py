"""Which passwords a person may have."""

import pytest

from tatausaha.core.errors import Invalid
from tatausaha.identity.passwords import common_passwords, hash_password, verify_password

OWN = ("budi.santoso@example.test", "Budi Santoso", "PT Tata Kelola Prima")


async def refused(password: str) -> bool:
    try:
        await hash_password(password, *OWN)
    except Invalid as error:
        return list(error.fields) == ["password"]
    return False


@pytest.mark.parametrize(
    "password",
    [
        "empat kata yang panjang",
        "x" * 5 + " tujuh kuda " + "9" * 180,
        "ÿ漢字かな交じり文のパスワード",
        "kuncirumahku7Ab",
        " gelap gulita ",
    ],
)
async def test_anything_long_enough_that_nobody_tries_first_is_taken(password: str) -> None:
    kept = await hash_password(password, *OWN)

    assert await verify_password(kept, password)
    assert not await verify_password(kept, password + "x")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "a long sentence " * 13,
        "sonyericsson",
        "SonyEricsson",
        "Password2024",
        "password 2024!!!",
        "letmeinletmein",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012345",
        "qwertyuiopqwerty",
        "zxcvbnm99999999",
        "budi.santoso@example.test",
        "xx-budi.santoso-xx",
        "aku BUDI SANTOSO 77",
        "kerja di Tata Kelola Prima",
    ],
)
async def test_what_others_would_guess_is_refused_at_its_field(password: str) -> None:
    assert await refused(password)


async def test_a_short_name_of_a_firm_does_not_forbid_every_sentence() -> None:
    assert await hash_password("empat kata yang panjang", "a@b.example", "Ay", "PT Ata")


def test_the_list_is_the_whole_one_that_the_package_ships() -> None:
    assert len(common_passwords()) == 30_000

"""Drafts of the notices that Pasal 46 asks for: which data, when and how, what is done. In Indonesian, as they are sent.

These are documents and not words of the screen, which is why they stand here and not in the catalogue.
"""

from datetime import datetime

import msgspec

from tatausaha.core.dates import format_moment


class Facts(msgspec.Struct, frozen=True):
    """What a notice is filled from; what is empty stays marked for the writer."""

    provider: str
    company: str
    data: str
    persons: int
    began_at: datetime
    ended_at: datetime | None
    noticed_at: datetime
    zone: str
    what: str
    how: str
    done: str
    contact: str


OPEN = "[… lengkapi …]"

_BODY = """Data pribadi yang terungkap: {data}.

Kapan dan bagaimana: {span}. {how}

Apa yang terjadi: {what}

Upaya penanganan dan pemulihan: {done}

Keterangan lebih lanjut: {contact}."""


def to_person(facts: Facts) -> str:
    """The notice to the persons concerned."""
    return (
        "Perihal: Pemberitahuan kegagalan pelindungan data pribadi (UU 27/2022 Pasal 46)\n\n"
        f"Yth. Bapak/Ibu pegawai {facts.company},\n\n"
        f"{facts.provider}, yang mengelola administrasi {facts.company}, memberitahukan bahwa telah terjadi kegagalan"
        f" pelindungan data pribadi yang menyangkut data Anda.\n\n{_body(facts)}\n\n"
        f"Hormat kami,\n{facts.provider}"
    )


def to_authority(facts: Facts) -> str:
    """The notice to the authority."""
    return (
        "Perihal: Pemberitahuan kegagalan pelindungan data pribadi (UU 27/2022 Pasal 46)\n\n"
        "Yth. Lembaga Pelindungan Data Pribadi,\n\n"
        f"Bersama ini {facts.provider} memberitahukan kegagalan pelindungan data pribadi yang diketahui pada"
        f" {format_moment(facts.noticed_at, facts.zone, 'id')}. Subjek data yang terdampak: {facts.persons} orang.\n\n"
        f"{_body(facts)}\n\nHormat kami,\n{facts.provider}"
    )


def _body(facts: Facts) -> str:
    began = format_moment(facts.began_at, facts.zone, "id")
    ended = f" sampai {format_moment(facts.ended_at, facts.zone, 'id')}" if facts.ended_at else ""
    return _BODY.format(
        data=facts.data or OPEN,
        span=f"{began}{ended}",
        how=facts.how or OPEN,
        what=facts.what or OPEN,
        done=facts.done or OPEN,
        contact=facts.contact or OPEN,
    )

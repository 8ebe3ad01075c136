"""What happened about personal data: somebody asked, somebody else helps, something may have gone wrong."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from tatausaha.core import db
from tatausaha.core.actor import acting
from tatausaha.core.dates import ZONES
from tatausaha.demo.past import Team
from tatausaha.privacy.forms import BreachForm, ConsentForm, ProcessorForm
from tatausaha.privacy.queries import breaches as register
from tatausaha.privacy.queries import processors as consents
from tatausaha.privacy.service import breaches, desk, processors

HELPER = ProcessorForm(
    name="PT Surat Elektronik Nusantara",
    service="Pengiriman e-mail",
    country="Indonesia",
    host="smtp.sen.example",
    kinds="identity,contact",
    since=date(2026, 1, 1),
)


async def live_through(teams: Iterable[Team]) -> None:
    """For each firm, with its first client: a request that is open, a helper that one client has agreed to, a draft."""
    for team in {team.tenant_id: team for team in reversed(list(teams))}.values():
        async with team.scope():
            known = await db.value("select exists (select from privacy_request)")
        if not known:
            await _ask(team)
            await _find_helper(team)
            await _suspect(team)


async def _ask(team: Team) -> None:
    with acting(team.worker):
        async with team.scope():
            number = await db.value(
                "select number from employee where client_id = $1 and ended_on is null order by number limit 1",
                team.client_id,
            )
            await desk.take_in(
                team.client_id, number, "access", "letter", "Saya minta salinan semua data saya yang disimpan."
            )


async def _find_helper(team: Team) -> None:
    with acting(team.manager):
        async with team.scope():
            await processors.add(HELPER)
    with acting(team.approver):
        async with team.scope():
            (mine, *_others) = await consents.list_consents_of(team.client_id)
            await processors.decide(mine, ConsentForm("agreed", ""))


async def _suspect(team: Team) -> None:
    noticed = datetime.now(UTC) - timedelta(hours=5)
    with acting(team.manager):
        async with team.scope():
            breach_id = await breaches.enter(
                breaches.read(
                    BreachForm(
                        title="Slip gaji terkirim ke alamat yang salah",
                        noticed_at=_typed(noticed),
                        began_at=_typed(noticed - timedelta(hours=3)),
                        what="Satu berkas slip gaji diteruskan ke alamat e-mail yang salah ketik.",
                        how="Alamat diketik dari catatan, tidak dari data pegawai.",
                        kinds="identity,pay",
                        contact="Kantor penyedia",
                    )
                )
            )
            found = await register.get_breach(breach_id)
            await breaches.add_note(found, "Penerima sudah dihubungi dan diminta menghapus berkas.")


def _typed(moment: datetime) -> str:
    return moment.astimezone(ZONES[breaches.ZONE]).strftime(breaches.FORM)

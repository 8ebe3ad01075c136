"""The access log speaks in words: whatever the code writes into it has a name for people."""

import re

from tatausaha.core.audit_words import ACTIONS, KINDS
from tatausaha.settings import PROJECT

CALL = re.compile(r'audit\.(record|saw|saw_list)\(\s*(?:\*\()?"([a-z_.]+)"(?:,\s*"([a-z_]+)")?')
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PROJECT / "src").rglob("*.py")))


def test_every_record_and_action_that_is_written_has_words() -> None:
    written = CALL.findall(SOURCES)
    kinds = {third if verb == "record" else second for verb, second, third in written} - {""}
    actions = {second for verb, second, _ in written if verb == "record"}

    assert len(written) > 80
    assert (kinds - set(KINDS), actions - set(ACTIONS)) == (set(), set())

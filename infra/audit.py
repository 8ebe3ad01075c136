"""Looks up the pinned dependencies among known vulnerabilities: audit.py REQUIREMENTS…

A hole fails. A lookup that did not happen is said aloud, and fails where AUDIT=required is set (for releases): pip-audit
by itself says that all is well when it could look up nothing.
"""

import json
import os
import subprocess
import sys
from typing import Any

SECONDS = 120
COMMAND = [sys.executable, "-m", "pip_audit", "--format", "json", "--disable-pip", "--progress-spinner", "off"]


def main(files: list[str]) -> int:
    """The exit code."""
    requirements = [part for file in files for part in ("-r", file)]
    try:
        done = subprocess.run([*COMMAND, *requirements], capture_output=True, text=True, timeout=SECONDS, check=False)
        found = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return unchecked(f"no answer within {SECONDS} seconds")
    except (ValueError, KeyError):
        return unchecked(done.stderr.strip().rpartition("\n")[2][:200])
    return judge(found)


def judge(found: list[dict[str, Any]]) -> int:
    """Say what was found of each dependency, and whether all were looked up."""
    holes = [(each, hole) for each in found for hole in each.get("vulns", ())]
    for each, hole in holes:
        print(
            f"{each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        )
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if skipped or not found:
        code = unchecked(f"{len(skipped)} of {len(found)} were not found there, {', '.join(skipped[:3])} …")
        return 1 if holes else code
    print(f"{len(found)} dependencies looked up: {len(holes)} known vulnerabilities.")
    return 1 if holes else 0


def unchecked(reason: str) -> int:
    """Nothing is known, which is not the same as nothing being wrong."""
    print(f"NOT CHECKED for known vulnerabilities: the database cannot be asked ({reason}).", file=sys.stderr)
    return 1 if os.environ.get("AUDIT") == "required" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Become another program that dies with its parent. Run as a script of its own, by the supervisor only.

`python -I -S launch.py SIGNAL PARENT UID GID PROGRAM ARGUMENT…` gives up root for UID and GID (unless they are -1),
asks the kernel for SIGNAL when the parent's thread ends, and becomes PROGRAM. A script of its own, and not a hook
between fork and exec, because such a hook can deadlock in a parent with threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send the signal to this process when its parent ends (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


def main(arguments: list[str]) -> None:
    signal_number, parent, uid, gid = map(int, arguments[:4])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    die_with_parent(signal_number)  # after the change of user, which would clear it
    if os.getppid() != parent:
        sys.exit("the parent ended before its child began")
    os.execvp(arguments[4], arguments[4:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])

"""Processes that outlive this program and that later calls of it find again."""

import os
import signal
import subprocess
import time
from pathlib import Path

from .errors import ClusterError

POLL_SECONDS = 0.05


class Process:
    """
    A process known by two files: NAME.pid with its id, for people and scripts, and NAME.born with the boot and the moment at which it started.
    An id alone may belong to somebody else by now; the two together never do.
    """

    def __init__(self, state: Path, name: str):
        self.name = name
        self.log = state / f"{name}.log"
        self._pid_file = state / f"{name}.pid"
        self._born_file = state / f"{name}.born"

    @property
    def pid(self) -> int | None:
        """Its id while it runs, else None."""
        try:
            pid = int(self._pid_file.read_text())
            return pid if self._born_file.read_text() == birth(pid) else None
        except (FileNotFoundError, ValueError):
            return None

    def start(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        """Starts it apart from our terminal, with its output added to the log."""
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        born = birth(child.pid)
        if born is None:
            raise ClusterError(f"{self.name} ended at once: {self.last_words()}")
        self._born_file.write_text(born)
        self._pid_file.write_text(f"{child.pid}\n")

    def signal(self, number: signal.Signals) -> bool:
        """Sends a signal; False when it does not run."""
        pid = self.pid
        if pid is None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def wait_for_end(self, seconds: float) -> bool:
        """Waits; True when it ended in time. Then its files are gone."""
        deadline = time.monotonic() + seconds
        while self.pid is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        self._pid_file.unlink(missing_ok=True)
        self._born_file.unlink(missing_ok=True)
        return True

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1] if lines else "it said nothing"


def birth(pid: int) -> str | None:
    """When and in which boot a process started; None when there is none, or only its remains wait for a parent to look."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[19]}\n"

"""A node: the server's program with the environment that the Compose file gives it."""

import os
import re
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from .compose import Service
from .errors import ClusterError
from .networks import Networks
from .places import Places
from .processes import Process

READY_SECONDS = 120  # a loaded machine; a node that cannot join ends by itself long before
READY_POLL_SECONDS = 0.2
ANSWER_SECONDS = 5
ASSEMBLY = "RendezvousCluster.Server.dll"
TITLES = ("Announced to peers as:", "Rendezvous server listening on:")


class Node:
    def __init__(self, service: Service, places: Places, process: Process, networks: Networks | None):
        self.name = service.name
        self.process = process
        self._service = service
        self._places = places
        self._networks = networks
        self._environment = places.environment(service)

    def start(self, program: Path) -> None:
        """Starts it; it serves some seconds later."""
        folder = self._places.state / "work" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for volume in self._service.volumes.values():
            self._places.volume(volume).mkdir(parents=True, exist_ok=True)
        command = ["dotnet", str(program / ASSEMBLY), *self._service.command]
        if self._networks:
            command = self._networks.inside(self._service, command)
        environment = {name: value for name, value in os.environ.items() if not name.lower().startswith("rendezvous__")}
        # A log of its own for each life: what an earlier one said is not to be taken for this one's.
        if self.process.log.exists():
            shutil.move(self.process.log, self.process.log.with_suffix(".log.1"))
        self.process.start(command, {**environment, **self._environment}, folder)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not (self.is_ready and self.addresses):
            if self.process.pid is None:
                raise ClusterError(f"{self.name} ended: {self.process.last_words()}")
            if time.monotonic() > deadline:
                raise ClusterError(f"{self.name} is not ready after {READY_SECONDS} s; see {self.process.log}")
            time.sleep(READY_POLL_SECONDS)

    @property
    def is_ready(self) -> bool:
        """Whether it says so itself."""
        page = f"http://{self._environment['Rendezvous__Management']}/readyz"
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page, timeout=ANSWER_SECONDS):
                return self.process.pid is not None
        except (urllib.error.URLError, OSError):
            return False

    @property
    def addresses(self) -> list[str]:
        """What peers dial: TCP, then WebSocket. Empty before it has told them."""
        text = self.process.log.read_text(errors="replace") if self.process.log.exists() else ""
        for title in TITLES:
            _, found, rest = text.partition(title)
            if found:
                lines = re.match(r"(?:\n/\S+)*", rest)[0].split()
                return sorted(lines, key=lambda line: "/ws/" in line)
        return []

    @property
    def line(self) -> str:
        return " ".join([self.name, *self.addresses])

"""Where the things of the containers are on this machine: addresses, ports, volumes, secrets."""

import re
from pathlib import Path

from .compose import Deployment, Service

PORTS_PER_SLOT = 200
FIRST_HOST = 10


class Places:
    """
    Each service has an address of its own, as in Compose: one of loopback (127.0.10.x in slot 0), or one in a network namespace (10.89.0.x).
    On loopback a published port is what it is in Compose, on 127.0.0.1; in a namespace peers reach the node's own ports.
    """

    def __init__(self, deployment: Deployment, state: Path, slot: int, namespaces: bool):
        self.deployment = deployment
        self.state = state
        self.slot = slot
        self.namespaces = namespaces
        self.subnet = f"10.89.{slot}" if namespaces else f"127.0.{10 + slot}"

    def address(self, service: Service) -> str:
        return f"{self.subnet}.{FIRST_HOST + self.deployment.services.index(service)}"

    def endpoint(self, service: Service, port: int) -> tuple[str, int]:
        """Where a port of a service is bound."""
        if port in service.published and not self.namespaces:
            return "127.0.0.1", service.published[port] + PORTS_PER_SLOT * self.slot
        return self.address(service), port

    def volume(self, name: str) -> Path:
        return self.state / "volumes" / name

    def environment(self, service: Service) -> dict[str, str]:
        """The service's variables, with everything in them that is elsewhere on this machine."""
        return {name: self.translate(service, value) for name, value in service.environment.items()}

    def translate(self, service: Service, value: str) -> str:
        def bound(match: re.Match[str]) -> str:
            address, port = self.endpoint(service, int(match["port"]))
            return f"{match['before']}{address}{match['between']}{port}"

        def announced(match: re.Match[str]) -> str:
            own = next((own for own, published in service.published.items() if published == int(match["port"])), None)
            if own is None:
                return match[0]
            address, port = self.endpoint(service, own)
            return f"/ip4/{address}/tcp/{port}"

        def named(match: re.Match[str]) -> str:
            other = next(other for other in self.deployment.services if other.name == match["name"])
            return match["before"] + self.address(other)

        names = "|".join(re.escape(other.name) for other in self.deployment.services)
        if not re.search(r"\b0\.0\.0\.0\b", value):
            value = re.sub(r"/ip4/[\d.]+/tcp/(?P<port>\d+)", announced, value)
        value = re.sub(r"(?P<before>/ip4/)0\.0\.0\.0(?P<between>/tcp/)(?P<port>\d+)", bound, value)
        value = re.sub(r"(?P<before>^)0\.0\.0\.0(?P<between>:)(?P<port>\d+)$", bound, value)
        value = re.sub(rf"(?P<before>^|Host=|/dns4/)(?P<name>{names})(?=[:;/]|$)", named, value)
        for path, volume in service.volumes.items():
            value = re.sub(rf"^{re.escape(path)}(?=/|$)", str(self.volume(volume)), value)
        return re.sub(r"/run/secrets/(\w+)", lambda match: str(self.deployment.secrets[match[1]]), value)

"""Reads a Compose file, as far as this program can do what it says; what it cannot is refused rather than passed over."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .errors import ClusterError

# Carried out here.
USED = {"command", "environment", "image", "ports", "secrets", "stop_grace_period", "volumes"}
# Of no meaning for processes that this program starts in order and that the user restarts.
WITHOUT_MEANING = {"build", "depends_on", "healthcheck", "networks", "restart"}
# A service that has this key does what only containers need.
ONLY_IN_CONTAINERS = "x-only-in-containers"


@dataclass
class Service:
    """One service of the file."""

    name: str
    image: str
    environment: dict[str, str]
    command: list[str] = field(default_factory=list)
    published: dict[int, int] = field(default_factory=dict)  # container's port -> published port
    volumes: dict[str, str] = field(default_factory=dict)  # path in the container -> volume
    stop_seconds: int = 10

    @property
    def is_database(self) -> bool:
        return self.image.startswith("postgres:")


@dataclass
class Deployment:
    """The whole file."""

    services: list[Service]
    secrets: dict[str, Path]

    @property
    def database(self) -> Service:
        return next(service for service in self.services if service.is_database)

    @property
    def nodes(self) -> list[Service]:
        return [service for service in self.services if not service.is_database]


def read(file: Path, variables: dict[str, str]) -> Deployment:
    """Reads the file with its ${VARIABLES} replaced."""
    try:
        document = resolve(yaml.safe_load(file.read_text(encoding="utf-8")), variables)
    except (OSError, yaml.YAMLError) as error:
        raise ClusterError(f"{file} cannot be read: {' '.join(str(error).split())}") from error
    services = [read_service(name, entry) for name, entry in document["services"].items() if not entry.get(ONLY_IN_CONTAINERS)]
    if sum(service.is_database for service in services) != 1:
        raise ClusterError(f"{file.name}: exactly one service must be a postgres image.")
    secrets = {name: file.parent / entry["file"] for name, entry in document.get("secrets", {}).items()}
    return Deployment(services, secrets)


def resolve(part: object, variables: dict[str, str]) -> Any:
    """A part of the document with the variables in its texts replaced."""
    if isinstance(part, dict):
        return {name: resolve(entry, variables) for name, entry in part.items()}
    if isinstance(part, list):
        return [resolve(entry, variables) for entry in part]
    return interpolate(part, variables) if isinstance(part, str) else part


def interpolate(text: str, variables: dict[str, str]) -> str:
    """Replaces ${NAME} and ${NAME:-default} as Compose does, and $$ by one $."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if match["name"] is None:
            raise ClusterError(f"'{text}' has a variable in it that is not understood here: write ${{NAME}} or ${{NAME:-default}}.")
        return variables.get(match["name"]) or match["default"] or ""

    return re.sub(r"\$\$|\$(?:\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\})?", value, text)


def read_service(name: str, entry: dict) -> Service:
    unknown = entry.keys() - USED - WITHOUT_MEANING
    if unknown:
        raise ClusterError(f"service {name}: {', '.join(sorted(unknown))} cannot be done without Docker.")
    return Service(
        name=name,
        image=entry.get("image", ""),
        environment={key: str(value) for key, value in entry.get("environment", {}).items()},
        command=entry.get("command", []),
        published=dict(read_port(name, text) for text in entry.get("ports", [])),
        volumes=dict(read_volume(name, text) for text in entry.get("volumes", [])),
        stop_seconds=read_seconds(name, entry.get("stop_grace_period", "10s")),
    )


def read_port(service: str, text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+):(\d+)", str(text))
    if not match:
        raise ClusterError(f"service {service}: port '{text}' must be written \"published:own\".")
    return int(match[2]), int(match[1])


def read_volume(service: str, text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([\w-]+):(/[^:]+)", text)
    if not match:
        raise ClusterError(f"service {service}: volume '{text}' must be written \"name:/path\".")
    return match[2], match[1]


def read_seconds(service: str, text: str) -> int:
    match = re.fullmatch(r"(\d+)s", text)
    if not match:
        raise ClusterError(f"service {service}: the time '{text}' must be written in seconds, such as 30s.")
    return int(match[1])

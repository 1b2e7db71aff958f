"""The cluster as a whole: what each command does."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from . import compose, postgres
from .compose import Service
from .errors import ClusterError
from .networks import Networks
from .node import Node
from .places import Places
from .postgres import Postgres
from .processes import Process

PROJECT = Path("src") / "RendezvousCluster.Server"
CONFIGURATION = "Release"


class Cluster:
    """
    The services of a Compose file on this machine. What later calls must know about the running cluster, its file, its slot and its kind of network, is
    kept in the state folder; everything else is read from the Compose file again.
    """

    def __init__(self, root: Path, file: Path, state: Path, variables: dict[str, str], slot: int, namespaces: bool):
        self._root = root
        self._state = state
        self._record = state / "cluster.json"
        self._program = state / "program"
        recorded = json.loads(self._record.read_text()) if self._record.exists() else None
        self.is_recorded = recorded is not None
        self._kept = recorded or {"file": str(file), "slot": slot, "namespaces": namespaces}
        deployment = compose.read(Path(self._kept["file"]), {**variables, "CLUSTER_STATE": str(state)})
        self._places = Places(deployment, state, self._kept["slot"], self._kept["namespaces"])
        self._deployment = deployment
        self._networks = Networks(self._places) if self._kept["namespaces"] else None
        self._database = deployment.database
        self._nodes = [Node(service, self._places, self._process(service), self._networks) for service in deployment.nodes]

    def up(self, build: bool) -> None:
        """Starts what does not run; takes back what it started when something fails."""
        if all(self._process(service).pid for service in self._deployment.services):
            say("The cluster runs already.")
            self._print_nodes()
            return
        if self._networks and self._networks.in_use and not self.is_recorded:
            raise ClusterError(f"slot {self._kept['slot']} is taken by the networks of another cluster; choose another --slot.")
        started: list[Service] = []
        try:
            self._prepare(build)
            for services in self._in_order():
                new = [service for service in services if not self._process(service).pid]
                started += new
                self._start(new)
        except BaseException:
            self._end(reversed(started), signal.SIGTERM)
            if not any(self._process(service).pid for service in self._deployment.services):
                self._forget()
            raise
        self._print_nodes()

    def down(self, volumes: bool) -> None:
        self._end([*reversed(self._deployment.nodes), self._database], signal.SIGTERM)
        self._forget()
        if volumes:
            for volume in self._database.volumes.values():
                postgres.remove(self._places.volume(volume))
            for folder in ("volumes", "secrets", "work", "program"):
                shutil.rmtree(self._state / folder, ignore_errors=True)
            for log in self._state.glob("*.log*"):
                log.unlink()

    def status(self) -> bool:
        """Prints a line for each process; True when all of them serve."""
        database = self._process(self._database)
        print(self._database.name, "up" if database.pid else "down", *([self._places.address(self._database)] if database.pid else []))
        ready = database.pid is not None
        for node in self._nodes:
            word = "down" if node.process.pid is None else "up" if node.is_ready else "not-ready"
            ready &= word == "up"
            print(node.name, word, *(node.addresses if word == "up" else []))
        return ready

    def config(self) -> None:
        """Prints what each service's variables are on this machine."""
        for service in self._deployment.services:
            for name, value in self._places.environment(service).items():
                print(f"{service.name} {name}={value}")

    def start(self, names: list[str]) -> None:
        self._require_up()
        wanted = [service for service in self._find(names) if not self._process(service).pid]
        self._start(wanted)
        self._print_nodes([node.name for node in self._nodes if node.name in {service.name for service in wanted}])

    def stop(self, names: list[str]) -> None:
        self._end(self._find(names), signal.SIGTERM)

    def kill(self, names: list[str]) -> None:
        self._end(self._find(names), signal.SIGKILL)

    def partition(self, names: list[str], everything: bool) -> None:
        for service in self._find(names):
            self._require_networks(service).partition(service, everything)

    def heal(self, names: list[str]) -> None:
        for service in self._find(names):
            self._require_networks(service).heal(service)

    def make_secrets(self) -> None:
        """What nobody else may know, unless it is there: the database's password, and the nodes' keys."""
        self._make_password()
        self._make_certificates()

    def _make_certificates(self) -> None:
        """A certificate for each node, and its key where the Compose file says: in a volume, to which a container would copy it."""
        wanted = [service for service in self._deployment.nodes if "Rendezvous__ClusterKey" in service.environment]
        if not wanted:
            return
        folder = self._deployment.secrets["cluster_authority"].parent
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [str(self._root / "scripts" / "dev-ca"), str(folder), *(service.name for service in wanted)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise ClusterError(result.stderr.strip())
        for certificate in folder.glob("*.pem"):
            certificate.chmod(0o644)  # for the containers' user, as the password is
        for service in wanted:
            key = Path(self._places.environment(service)["Rendezvous__ClusterKey"])
            key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key.unlink(missing_ok=True)
            shutil.copy2(folder / f"{service.name}.key", key)  # with its mode

    def _make_password(self) -> None:
        """A password for the database: as itself, and as a file of PostgreSQL's clients."""
        password_file, pass_file = (self._deployment.secrets[name] for name in ("postgres_password", "pgpass"))
        if password_file.exists() and pass_file.exists():
            return
        # In a container another user reads the files; on this machine nobody else gets into the folder.
        password_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        password = secrets.token_hex(24)
        pass_file.write_text(f"*:*:*:*:{password}\n")
        password_file.write_text(password)
        for file in (password_file, pass_file):
            file.chmod(0o644)

    def _prepare(self, build: bool) -> None:
        """Everything that must be there before a service starts."""
        if not any(node.process.pid for node in self._nodes):
            self._take_program(build)
        if self._networks:
            self._networks.create()
        self.make_secrets()
        self._record.write_text(json.dumps(self._kept))

    def _take_program(self, build: bool) -> None:
        """Builds the server, and copies it: later builds do not pull it out from under running nodes."""
        if build:
            say("Building the server...")
            command = ["dotnet", "build", str(PROJECT), "-c", CONFIGURATION, "-v", "quiet", "-nologo"]
            environment = {**os.environ, "MSBUILDDISABLENODEREUSE": "1"}  # no process stays behind
            result = subprocess.run(command, cwd=self._root, env=environment, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                raise ClusterError(f"the build failed:\n{result.stdout}{result.stderr}")
        built = next((self._root / PROJECT / "bin" / CONFIGURATION).glob("net*"), None)
        if built is None:
            raise ClusterError("the server is not built; leave out --no-build.")
        shutil.rmtree(self._program, ignore_errors=True)
        shutil.copytree(built, self._program)

    def _in_order(self) -> list[list[Service]]:
        """The database, the node that starts the cluster, those that join it."""
        first, *others = self._deployment.nodes
        return [[self._database], [first], others]

    def _start(self, services: list[Service]) -> None:
        if self._database in services:
            say("Starting PostgreSQL...")
            Postgres(self._database, self._places, self._process(self._database)).start()
        nodes = [node for node in self._nodes if node.name in {service.name for service in services}]
        for node in nodes:
            say(f"Starting {node.name}...")
            node.start(self._program)
        for node in nodes:
            node.wait_until_ready()

    def _end(self, services: Iterable[Service], number: signal.Signals) -> None:
        """Ends one after the other, so that each can hand over to those that are left; kills what does not heed the signal."""
        for service in services:
            process = self._process(service)
            # PostgreSQL takes SIGTERM for an order to wait until its last client goes.
            process.signal(signal.SIGINT if service.is_database and number == signal.SIGTERM else number)
            if not process.wait_for_end(service.stop_seconds):
                say(f"{process.name} does not end; killing it.")
                process.signal(signal.SIGKILL)
                process.wait_for_end(service.stop_seconds)

    def _forget(self) -> None:
        if self._networks:
            self._networks.destroy()
        self._record.unlink(missing_ok=True)

    def _print_nodes(self, names: list[str] | None = None) -> None:
        for node in self._nodes:
            if names is None or node.name in names:
                print(node.line)

    def _find(self, names: list[str]) -> list[Service]:
        services = {service.name: service for service in self._deployment.services}
        unknown = [name for name in names if name not in services and f"node{name}" not in services]
        if unknown:
            raise ClusterError(f"there is no {unknown[0]}; there are {', '.join(services)}.")
        return [services.get(name) or services[f"node{name}"] for name in names]

    def _require_up(self) -> None:
        if not self.is_recorded:
            raise ClusterError("the cluster is not up; run scripts/cluster up.")

    def _require_networks(self, service: Service) -> Networks:
        self._require_up()
        if not self._networks or service.is_database:
            raise ClusterError("only nodes that were started with up --netns can be cut off.")
        return self._networks

    def _process(self, service: Service) -> Process:
        return Process(self._state, service.name)


def say(text: str) -> None:
    """Progress; standard output is for the lines that scripts read."""
    print(text, file=sys.stderr, flush=True)

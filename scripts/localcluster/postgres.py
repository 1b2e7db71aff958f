"""The database of the Compose file, from the machine's PostgreSQL package, in a folder of our own."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .compose import Service
from .errors import ClusterError
from .places import Places
from .processes import POLL_SECONDS, Process

PORT = 5432
READY_SECONDS = 60
# PostgreSQL refuses to run as root. Debian has this user, who owns nothing, on every machine.
NOBODY = "nobody"


class Postgres:
    def __init__(self, service: Service, places: Places, process: Process):
        self._service = service
        self._places = places
        self._process = process
        self._programs = find_programs()
        self._environment = places.environment(service)
        self._folder = places.volume(next(iter(service.volumes.values())))

    @property
    def endpoint(self) -> str:
        return f"{self._places.address(self._service)}:{PORT}"

    def start(self) -> None:
        """Starts it, on its old files if it has any, and waits until it has the database."""
        new = not self._made.exists()
        if new:
            self._make_files()
        bind = self._places.address(self._service)
        options = ["-D", str(self._data), "-p", str(PORT), "-c", f"listen_addresses={bind}", "-c", "unix_socket_directories="]
        self._process.start(as_nobody([self._program("postgres"), *options, *self._service.command[1:]]), clean_environment(), Path("/"))
        self._wait()
        if new:
            self._create_database()
            self._made.touch()

    @property
    def _made(self) -> Path:
        """Is there once the files are complete."""
        return self._folder / "made"

    @property
    def _data(self) -> Path:
        return self._folder.resolve() / "data"

    def _make_files(self) -> None:
        remove(self._folder)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and not reachable_by_others(self._folder.parent):
            # Nobody may look into this clone; the files lie where he may.
            self._folder.symlink_to(tempfile.mkdtemp(prefix="rendezvous-cluster-postgres-", dir="/var/tmp"))
        else:
            self._folder.mkdir(exist_ok=True)
        folder = self._folder.resolve()
        password = folder / "password"
        shutil.copyfile(self._environment["POSTGRES_PASSWORD_FILE"], password)
        password.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
            shutil.chown(password, NOBODY)
        folder.chmod(0o700)
        try:
            run(as_nobody([self._program("initdb"), "-D", str(self._data), "-U", self._environment["POSTGRES_USER"], "--pwfile", str(password),
                           "--auth=scram-sha-256", "-E", "UTF8", "--locale=C"]))
        finally:
            password.unlink()
        with (self._data / "pg_hba.conf").open("a") as rules:
            # As in the container: nodes on its networks may come in, with the password.
            rules.write("host all all samenet scram-sha-256\n")

    def _wait(self) -> None:
        host, _, port = self.endpoint.partition(":")
        deadline = time.monotonic() + READY_SECONDS
        while subprocess.run([self._program("pg_isready"), "-q", "-h", host, "-p", port], check=False).returncode != 0:
            if self._process.pid is None:
                raise ClusterError(f"PostgreSQL ended: {self._process.last_words()}")
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL is not ready after {READY_SECONDS} s; see {self._process.log}")
            time.sleep(POLL_SECONDS)

    def _create_database(self) -> None:
        host, _, port = self.endpoint.partition(":")
        password = Path(self._environment["POSTGRES_PASSWORD_FILE"]).read_text().strip()
        run([self._program("createdb"), "-h", host, "-p", port, "-U", self._environment["POSTGRES_USER"], self._environment["POSTGRES_DB"]],
            {**clean_environment(), "PGPASSWORD": password})

    def _program(self, name: str) -> str:
        return str(self._programs / name)


def remove(folder: Path) -> None:
    """Removes the files, wherever they lie."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def find_programs() -> Path:
    """Debian keeps them off the path, by version; the newest is taken."""
    installed = Path("/usr/lib/postgresql")
    versions = sorted((int(folder.name) for folder in installed.iterdir() if folder.name.isdigit()), reverse=True) if installed.exists() else []
    for version in versions:
        if (installed / str(version) / "bin" / "initdb").exists():
            return installed / str(version) / "bin"
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise ClusterError("PostgreSQL is missing; install it with: apt-get install postgresql")


def reachable_by_others(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [folder.resolve(), *folder.resolve().parents])


def as_nobody(command: list[str]) -> list[str]:
    return ["setpriv", f"--reuid={NOBODY}", "--clear-groups", *command] if os.geteuid() == 0 else command


def clean_environment() -> dict[str, str]:
    """Ours without what would send PostgreSQL's programs elsewhere, and with messages that can be read."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, "LC_ALL": "C"}


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    result = subprocess.run(command, env=environment or clean_environment(), cwd="/", capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ClusterError(f"{Path(command[0]).name} failed: {' '.join(result.stderr.split())}")

"""The command line of scripts/cluster, which tells its usage."""

import argparse
import fcntl
import os
import re
import sys
from pathlib import Path

from .cluster import Cluster
from .errors import ClusterError


def parse(arguments: list[str]) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--state", type=Path)
    common.add_argument("--file", type=Path)
    common.add_argument("--slot")
    parser = argparse.ArgumentParser(prog="scripts/cluster", usage="scripts/cluster --help tells it", add_help=False, parents=[common])
    parser.add_argument("--root", type=Path, required=True)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=argparse.ArgumentParser)
    up = commands.add_parser("up", parents=[common], add_help=False)
    up.add_argument("--no-build", action="store_true")
    up.add_argument("--netns", action="store_true")
    commands.add_parser("down", parents=[common], add_help=False).add_argument("--volumes", action="store_true")
    for name in ("status", "config", "secrets"):
        commands.add_parser(name, parents=[common], add_help=False)
    for name in ("start", "stop", "kill", "partition", "heal"):
        command = commands.add_parser(name, parents=[common], add_help=False)
        command.add_argument("names", nargs="+", metavar="node")
        if name == "partition":
            command.add_argument("--all", action="store_true")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    file = getattr(options, "file", None) or options.root / "docker-compose.cluster.yml"
    state = getattr(options, "state", None) or Path(os.environ.get("CLUSTER_STATE") or options.root / ".cluster")
    slot = getattr(options, "slot", None) or os.environ.get("CLUSTER_SLOT") or "0"
    if not re.fullmatch(r"\d{1,2}", slot):
        raise ClusterError(f"slot '{slot}' is no number from 0 to 99.")
    state = state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        # One command at a time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster = Cluster(options.root, file.resolve(), state, dict(os.environ), int(slot), getattr(options, "netns", False))
        match options.command:
            case "up":
                cluster.up(build=not options.no_build)
            case "down":
                cluster.down(options.volumes)
            case "status":
                return 0 if cluster.status() else 1
            case "config":
                cluster.config()
            case "secrets":
                cluster.make_secrets()
            case "start":
                cluster.start(options.names)
            case "stop":
                cluster.stop(options.names)
            case "kill":
                cluster.kill(options.names)
            case "partition":
                cluster.partition(options.names, options.all)
            case "heal":
                cluster.heal(options.names)
    return 0


def main() -> int:
    try:
        return run(parse(sys.argv[1:]))
    except ClusterError as error:
        print(f"scripts/cluster: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())

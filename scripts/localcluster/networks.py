"""A network of its own for each node: namespaces, joined by a bridge. Needs root."""

import os
import subprocess

from .compose import Service
from .errors import ClusterError
from .places import FIRST_HOST, Places


class Networks:
    def __init__(self, places: Places):
        self._places = places
        self._nodes = places.deployment.nodes
        self._bridge = f"rvz{places.slot}"

    def create(self) -> None:
        """Makes what is missing. The database stays in the machine's own network, at its address on the bridge."""
        if os.geteuid() != 0:
            raise ClusterError("--netns needs root.")
        if not self._exists("link", self._bridge):
            ip("link", "add", self._bridge, "type", "bridge")
            for address in (f"{self._places.subnet}.1", self._places.address(self._places.deployment.database)):
                ip("address", "add", f"{address}/24", "dev", self._bridge)
            ip("link", "set", self._bridge, "up")
        for node in self._nodes:
            if self._namespace(node) not in namespaces():
                self._create_namespace(node)

    def destroy(self) -> None:
        """Removes everything that create made; what is not there any more is no matter."""
        for node in self._nodes:
            if self._namespace(node) in namespaces():
                ip("netns", "del", self._namespace(node))
            self._remove_link(self._cable(node))
        self._remove_link(self._bridge)

    @property
    def in_use(self) -> bool:
        """Whether anything with our names is there."""
        return self._exists("link", self._bridge) or any(self._namespace(node) in namespaces() for node in self._nodes)

    def inside(self, node: Service, command: list[str]) -> list[str]:
        """The command that runs a command in the node's network."""
        return ["ip", "netns", "exec", self._namespace(node), *command]

    def partition(self, node: Service, everything: bool) -> None:
        """Cuts a node off: from the other nodes, or from everything. Whatever is sent vanishes."""
        if everything:
            ip("link", "set", self._cable(node), "down")
            return
        for other in self._others(node):
            self._block(node, other)
            self._block(other, node)

    def heal(self, node: Service) -> None:
        """Undoes partition. A way between two nodes that are both cut off is open again when either is healed."""
        ip("link", "set", self._cable(node), "up")
        for other in self._others(node):
            self._unblock(node, other)
            self._unblock(other, node)

    def _remove_link(self, name: str) -> None:
        """The kernel takes a cable away by itself some time after one of its ends went with its namespace, perhaps just now."""
        if not self._exists("link", name):
            return
        try:
            ip("link", "del", name)
        except ClusterError:
            if self._exists("link", name):
                raise

    def _create_namespace(self, node: Service) -> None:
        namespace, cable = self._namespace(node), self._cable(node)
        ip("netns", "add", namespace)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        ip("link", "set", cable, "master", self._bridge, "up")
        ip("-n", namespace, "address", "add", f"{self._places.address(node)}/24", "dev", "eth0")
        ip("-n", namespace, "link", "set", "lo", "up")
        ip("-n", namespace, "link", "set", "eth0", "up")

    def _block(self, node: Service, other: Service) -> None:
        ip("-n", self._namespace(node), "route", "replace", "blackhole", f"{self._places.address(other)}/32")

    def _unblock(self, node: Service, other: Service) -> None:
        route = f"{self._places.address(other)}/32"
        if ip("-n", self._namespace(node), "route", "show", "type", "blackhole", "exact", route):
            ip("-n", self._namespace(node), "route", "del", "blackhole", route)

    def _others(self, node: Service) -> list[Service]:
        return [other for other in self._nodes if other is not node]

    def _namespace(self, node: Service) -> str:
        return f"rendezvous{self._places.slot}-{node.name}"

    # An interface's name has at most 15 characters.
    def _cable(self, node: Service) -> str:
        return f"{self._bridge}-{FIRST_HOST + self._places.deployment.services.index(node)}"

    @staticmethod
    def _exists(kind: str, name: str) -> bool:
        return subprocess.run(["ip", kind, "show", name], capture_output=True, check=False).returncode == 0


def namespaces() -> set[str]:
    return {line.split()[0] for line in ip("netns", "list").splitlines() if line}


def ip(*arguments: str) -> str:
    result = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ClusterError(f"ip {' '.join(arguments)} failed: {' '.join(result.stderr.split())}")
    return result.stdout

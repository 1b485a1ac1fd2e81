"""From an OData path to a handler: keys as segments or in parentheses, qualified or bare action names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from services.sandbox.call import Call, Reply
from services.sandbox.errors import GraphError, bad_request, no_segment
from services.sandbox.tenant import Tenant

Handler = Callable[[Tenant, Call], Reply]
NAMESPACES = ("microsoft.graph.teamsAdministration.", "microsoft.graph.", "graph.")
FUNCTIONS = {"getPolicyId": ("type", "name")}
_KEYED = re.compile(r"([A-Za-z]+)\('((?:[^']|'')*)'\)")
_NAMED = re.compile(r"(\w+)='((?:[^']|'')*)'")


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    parameter: str | None = None
    handlers: dict[str, tuple[Handler, frozenset[str]]] = field(default_factory=dict)


class Router:
    """The routes of Graph that the tenant answers. A route accepts the $query options it names only."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, method: str, template: str, handler: Handler, options: str = "") -> None:
        """Add a route, such as `users/{user}/manager`, with its query options separated by blanks."""
        node = self._root
        for segment in template.split("/"):
            key = segment
            if segment.startswith("{"):
                node.parameter, key = segment[1:-1], "{}"
            node = node.children.setdefault(key, _Node())
        node.handlers[method] = (handler, frozenset(f"${name}" for name in options.split()))

    def find(self, call: Call) -> Handler:
        """Return the handler of a call with the path's parameters put into it. Raises GraphError."""
        node = self._root
        for segment in segments(call):
            if segment in node.children:
                node = node.children[segment]
            elif node.parameter is not None and segment:
                call.args[node.parameter] = segment
                node = node.children["{}"]
            else:
                raise no_segment(segment)
        if not node.handlers:
            raise no_segment(call.path.rpartition("/")[2])
        if call.method not in node.handlers:
            raise GraphError(
                405,
                "BadRequest",
                f"Specified HTTP method {call.method} is not allowed for the request target.",
            )
        handler, options = node.handlers[call.method]
        call.query = _known_options(call, options)
        return handler


def segments(call: Call) -> list[str]:
    """Cut the path of a call into segments in one spelling, and put a function's arguments into the call."""
    found: list[str] = []
    for raw in call.path.strip("/").split("/"):
        segment = unquote(raw)
        for namespace in NAMESPACES:
            if segment.startswith(namespace):
                segment = segment.removeprefix(namespace)
                break
        keyed = _KEYED.fullmatch(segment)
        if keyed is not None:
            found += [keyed[1], keyed[2].replace("''", "'")]
            continue
        name, bracket, inside = segment.partition("(")
        if bracket and name in FUNCTIONS:
            call.args.update(_arguments(name, inside))
            segment = name
        found.append(segment)
    return found


def _arguments(name: str, inside: str) -> dict[str, str]:
    pairs = _NAMED.findall(inside)
    if inside != ",".join(f"{key}='{value}'" for key, value in pairs) + ")" or tuple(
        key for key, _ in pairs
    ) not in {FUNCTIONS[name], FUNCTIONS[name][::-1]}:
        raise bad_request(f"Invalid function call '{name}({inside}'.", "BadRequest")
    return {key: value.replace("''", "'") for key, value in pairs}


def _known_options(call: Call, options: frozenset[str]) -> dict[str, str]:
    """Graph takes its options with and without the dollar, and refuses unknown ones that have it."""
    query: dict[str, str] = {}
    for key, value in call.query.items():
        name = key if key.startswith("$") else f"${key}"
        if name in options:
            query[name] = value
        elif key.startswith("$"):
            raise bad_request(f"The query option '{key}' is not supported for this request.", "BadRequest")
    return query

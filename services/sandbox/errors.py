"""Graph's refusals. Texts tagged [mem] are from common knowledge of the service, not from its docs."""

from __future__ import annotations


class GraphError(Exception):
    """An answer that is an error: HTTP status, Graph's code, and the sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def bad_request(message: str, code: str = "Request_BadRequest") -> GraphError:
    """Return the 400 for a request that makes no sense."""
    return GraphError(400, code, message)


def unsupported_query(message: str) -> GraphError:
    """Return the 400 for a query that Graph does not offer."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def not_found(resource: str) -> GraphError:
    """Return the directory's 404; `resource` is an id, or `manager` when a person has none [mem]."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{resource}' does not exist or one of its queried "
        "reference-property objects are not present.",
    )


def no_segment(segment: str) -> GraphError:
    """Return the 400 for a path that Graph does not have [mem]."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def denied() -> GraphError:
    """Return the 403 that adding to or removing from a dynamic group gives."""
    return GraphError(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
    )


def no_such_property(name: str, type_name: str, where: str = "") -> GraphError:
    """Return the 400 for a property that the type does not have [mem]."""
    return GraphError(
        400,
        "BadRequest",
        f"{where}Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'.",
    )

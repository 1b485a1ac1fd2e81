"""What PostgreSQL's failures mean to the rest of the product: the one place where they are translated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import structlog

from services.domain.errors import StoreUnavailable

log = structlog.get_logger()

_PASSING = (
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InsufficientResourcesError,  # 53: disk full, too many connections
    asyncpg.OperatorInterventionError,  # 57: shut down, starting up, cancelled
    asyncpg.TransactionRollbackError,  # 40: deadlock, serialisation
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby after a failover
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,  # a connection that broke in the middle of a statement, used once more
    OSError,
    TimeoutError,
)
"""What may be gone at the next try. Anything else is a mistake of ours and must show as one."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreUnavailable for what passes, whatever the driver calls it."""
    try:
        yield
    except asyncpg.InterfaceError as error:
        if isinstance(error, asyncpg.DataError | asyncpg.UnsupportedClientFeatureError):
            raise
        raise _unavailable(error) from error  # the connection was closed under the statement
    except _PASSING as error:
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> StoreUnavailable:
    log.warning("database_failed", error=type(error).__name__, words=str(error))
    return StoreUnavailable(words="the database does not answer")

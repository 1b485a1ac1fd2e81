"""The records on PostgreSQL, for any number of replicas."""

from __future__ import annotations

from services.storage.postgres.records import PostgresRecords

__all__ = ["PostgresRecords"]

"""The records on TinyDB, for one process and one data folder."""

from __future__ import annotations

from services.storage.embedded.records import EmbeddedRecords
from services.storage.embedded.trail import NAME as AUDIT_FILE

__all__ = ["AUDIT_FILE", "EmbeddedRecords"]

"""The records on TinyDB, for one process and one data folder."""

from __future__ import annotations

from services.storage.embedded.records import EmbeddedRecords

__all__ = ["EmbeddedRecords"]

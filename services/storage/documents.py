"""Documents: the domain's dataclasses as JSON objects and back, the same for every adapter of the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.domain.errors import StoreDamaged

T = TypeVar("T")


class Codec(Generic[T]):
    """Turns objects of one dataclass into JSON objects and back.

    Times become ISO 8601 text with their offset, amounts stay exact as text. ``where`` names the records in
    the error when a document does not fit.
    """

    def __init__(self, kind: type[T], where: str) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)
        self._where = where

    def encode(self, value: T) -> dict[str, Any]:
        """The value as a JSON object. Every field is there, so that a changed default changes no record."""
        document: dict[str, Any] = self._adapter.dump_python(value, mode="json")
        return document

    def encode_json(self, value: T) -> str:
        """The same as text."""
        return self._adapter.dump_json(value).decode()

    def decode(self, document: Mapping[str, Any]) -> T:
        """The value of a document. Raises StoreDamaged when it does not fit."""
        try:
            return self._adapter.validate_python(document)
        except ValidationError as error:
            raise StoreDamaged(path=self._where, words=_words(error)) from error

    def decode_json(self, text: str | bytes) -> T:
        """The value of a document's JSON text. Raises StoreDamaged when it does not fit."""
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            raise StoreDamaged(path=self._where, words=_words(error)) from error


def _words(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the document"
    return f"{place}: {first['msg']}"

"""The tenant: its records, its clock, and the promise that what it answered survives a killed process."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from services.sandbox.faults import FaultBox
from services.sandbox.records import (
    NUMBER_HIDDEN,
    PERSON_HIDDEN,
    CatalogueApp,
    Due,
    Group,
    Json,
    LogEntry,
    Number,
    Operation,
    PastView,
    Person,
    Policy,
    Record,
    Replica,
    Sku,
    VoiceApp,
)
from services.sandbox.store import Store

R = TypeVar("R", bound=Record)


class Collection(Generic[R]):
    """Records of one kind by id. What was put or dropped is written with the tenant's next commit."""

    def __init__(self, kind: str, model: type[R], hidden: set[str] | None = None) -> None:
        self.kind = kind
        self.model = model
        self._hidden = hidden
        self._views: dict[str, Json] = {}
        self._rows: dict[str, R] = {}
        self._changed: dict[str, None] = {}  # in the order in which they changed

    def load(self, body: bytes) -> None:
        """Take a record from the store."""
        record = self.model.model_validate_json(body)
        self._rows[record.id] = record

    def get(self, key: str) -> R | None:
        """Return the record, or None."""
        return self._rows.get(key)

    def put(self, record: R) -> None:
        """Add a record, or say that it changed."""
        self._rows[record.id] = record
        self._changed[record.id] = None
        self._views.pop(record.id, None)

    def drop(self, key: str) -> None:
        """Forget a record."""
        self._views.pop(key, None)
        if self._rows.pop(key, None) is not None:
            self._changed[key] = None

    def view(self, record: R) -> Json:
        """Return the record in Graph's spelling without the hidden fields; kept until the next `put`."""
        view = self._views.get(record.id)
        if view is None:
            view = self._views[record.id] = record.dump(without=self._hidden)
        return view

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def changes(self) -> Iterator[tuple[str, str, bytes | None]]:
        """Yield what changed since the last call, as the store wants it."""
        for key in self._changed:
            record = self._rows.get(key)
            yield self.kind, key, None if record is None else record.pack()
        self._changed.clear()

    @property
    def dirty(self) -> bool:
        """Whether something changed since the last commit."""
        return bool(self._changed)


class Identity(Record):
    """Which tenant this is."""

    name: str
    domain: str


class Tenant:
    """Microsoft 365 of one company. Everything is in memory; `commit` makes changes durable."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: str = "sandbox") -> None:  # noqa: S107 - no secret: the sandbox's well-known word
        self._store = store
        self.now = now
        self.token = token
        self.box = FaultBox()
        self.identity = Collection("identity", Identity)
        self.people = Collection("person", Person, PERSON_HIDDEN)
        self.groups = Collection("group", Group)
        self.skus = Collection("sku", Sku)
        self.numbers = Collection("number", Number, NUMBER_HIDDEN)
        self.operations = Collection("operation", Operation)
        self.policies = Collection("policy", Policy)
        self.apps = Collection("app", CatalogueApp)
        self.voice_apps = Collection("voiceApp", VoiceApp)
        self.replicas = Collection("replica", Replica)
        self.log = Collection("log", LogEntry)
        self._due = Collection("due", Due)
        self._heap: list[tuple[datetime, int, str]] = []
        self._order = 0

    @classmethod
    def open(cls, folder: Path, now: Callable[[], datetime], token: str = "sandbox") -> Tenant:  # noqa: S107
        """Open the tenant kept in `folder`, or found the seed company there.

        `now` gives the time, aware. Raises SandboxError when another process holds the folder.
        """
        from services.sandbox.company import found  # the company is built with the tenant's own records

        tenant = cls(Store(folder), now, token)
        by_kind = {collection.kind: collection for collection in tenant._collections()}
        for kind, _key, body in tenant._store.read():
            by_kind[kind].load(body)
        if len(tenant.identity) == 0:
            found(tenant)
            tenant.commit()
        for due in tenant._due:
            heapq.heappush(tenant._heap, (due.at, due.order, due.id))
            tenant._order = max(tenant._order, due.order)
        return tenant

    def close(self) -> None:
        """Write what is left and let the folder go."""
        self.commit()
        self._store.close()

    def commit(self) -> None:
        """Make every change so far durable. Called before a write is answered."""
        changed = [c for c in self._collections() if c.dirty]
        if changed:
            self._store.write([change for collection in changed for change in collection.changes()])

    @property
    def id(self) -> str:
        """The tenant's id."""
        return next(iter(self.identity)).id

    @property
    def domain(self) -> str:
        """The tenant's domain, which user principal names end in."""
        return next(iter(self.identity)).domain

    def person(self, key: str) -> Person | None:
        """Return a person by object id or user principal name (in any case), or None."""
        found = self.people.get(key.lower())
        if found is None and "@" in key:
            wanted = key.lower()
            return next((p for p in self.people if p.user_principal_name.lower() == wanted), None)
        return found

    def schedule(self, kind: Literal["operation", "licences"], subject: str, at: datetime) -> None:
        """Plan work of the tenant's own for a time; `clockwork.settle` does it."""
        self._order += 1
        due = Due(id=f"{self._order:09d}", kind=kind, subject=subject, at=at, order=self._order)
        self._due.put(due)
        heapq.heappush(self._heap, (at, due.order, due.id))

    def next_due(self, until: datetime) -> Due | None:
        """Take the earliest planned work whose time has come, or None."""
        if not self._heap or self._heap[0][0] > until:
            return None
        _at, _order, key = heapq.heappop(self._heap)
        due = self._due.get(key)
        self._due.drop(key)
        return due

    def remember(self, thing: str, view: Any, at: datetime, replication_s: float) -> None:
        """Keep what readers saw of a thing, for as long as replication takes."""
        if replication_s <= 0:
            return
        replica = self.replicas.get(thing) or Replica(id=thing)
        replica.views = [past for past in replica.views if past.until > at]
        replica.views.append(PastView(until=at + timedelta(seconds=replication_s), view=view))
        self.replicas.put(replica)

    def seen(self, thing: str, current: Any) -> Any:
        """Return what a reader sees of a thing now: an older view while replication is under way."""
        replica = self.replicas.get(thing)
        if replica is None:
            return current
        now = self.now()
        for past in replica.views:
            if now < past.until:
                return past.view
        self.replicas.drop(thing)
        return current

    def note(self, at: datetime, action: str, subject: str, detail: Json) -> None:
        """Enter an accepted write in the log."""
        self.log.put(
            LogEntry(id=f"{len(self.log) + 1:09d}", at=at, action=action, subject=subject, detail=detail)
        )

    def _collections(self) -> list[Collection[Any]]:
        return [value for value in vars(self).values() if isinstance(value, Collection)]

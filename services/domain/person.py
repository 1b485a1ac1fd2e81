"""People: keyed by Entra object id, never by name, UPN or Teams id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    """A person as a record remembers them: the key, and the name to show."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who really sent this activity, taken from the authenticated activity alone."""

    id: str
    name: str
    tenant_id: str
    locale: str = "en-GB"

    @property
    def ref(self) -> PersonRef:
        """The actor as records remember them."""
        return PersonRef(id=self.id, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the tenant, with the attributes that forms and rules read."""

    id: str
    display_name: str
    user_principal_name: str
    mail: str | None = None
    job_title: str | None = None
    department: str | None = None
    employee_type: str | None = None
    office_location: str | None = None
    city: str | None = None
    country: str | None = None
    usage_location: str | None = None
    account_enabled: bool = True
    user_type: str = "Member"
    cost_centre: str | None = None

    @property
    def ref(self) -> PersonRef:
        """The person as records remember them."""
        return PersonRef(id=self.id, name=self.display_name)

    @property
    def can_work(self) -> bool:
        """An enabled member: can hold a number and decide."""
        return self.account_enabled and self.user_type != "Guest"

"""What Graph answers of mailboxes and presence, as far as Switchboard reads it.

Everything may be missing: what a mailbox does not tell must not keep anybody from deciding.
"""

from __future__ import annotations

from pydantic import Field

from services.graph.wire import Wire


class ZonedTime(Wire):
    """A dateTimeTimeZone: local time, and the name of the zone."""

    date_time: str
    time_zone: str | None = None


class AutomaticReplies(Wire):
    """Automatic replies of a mailbox."""

    status: str | None = None
    scheduled_start_date_time: ZonedTime | None = None
    scheduled_end_date_time: ZonedTime | None = None


class NamedZone(Wire):
    """A time zone, or the name that stands for one of the mailbox's own making."""

    name: str | None = None


class WorkingHours(Wire):
    """When the owner of a mailbox works."""

    days_of_week: list[str] | None = None
    start_time: str | None = None
    end_time: str | None = None
    time_zone: NamedZone | None = None


class Mailbox(Wire):
    """The settings of a mailbox. The names are also the ``$select`` of the read."""

    automatic_replies_setting: AutomaticReplies | None = None
    time_zone: str | None = None
    working_hours: WorkingHours | None = None


class OutOfOffice(Wire):
    """Whether a presence says out of office."""

    is_out: bool | None = Field(default=None, alias="isOutOfOffice")


class Presence(Wire):
    """A presence, of which only the absence matters."""

    out_of_office_settings: OutOfOffice | None = None

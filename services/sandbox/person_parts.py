"""What a person's record is made of: organisation, mailbox, absences."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class OrgData(BaseModel):
    """A user's employeeOrgData."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    division: str | None = None
    cost_center: str | None = None


class AutomaticReplies(BaseModel):
    """A mailbox's automatic replies."""

    status: Literal["disabled", "alwaysEnabled", "scheduled"] = "disabled"
    start: datetime | None = None
    end: datetime | None = None
    message: str = ""


class WorkingHours(BaseModel):
    """When the owner of a mailbox works. The zone is that of the mailbox, unless they chose one."""

    days: list[str] = Field(default_factory=lambda: list(DAYS[:5]))
    start: time = time(8)
    end: time = time(17)
    time_zone: str | None = None


class Absence(BaseModel):
    """An event of a calendar that is shown as out of office."""

    start: datetime
    end: datetime

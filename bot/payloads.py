"""What buttons carry: an id, a version and inputs, each checked strictly. Everything else is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cards.deeds import LONGEST_NAME
from services.domain.offer import NEXT_AVAILABLE
from services.domain.preferences import PreferencesInput
from services.number_requests import FormInput
from services.persona_requests import PersonaInput

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Version = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Text = Annotated[str, Field(max_length=4000)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Day = Annotated[str, Field(max_length=20)]
CHOICE = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d{1,7}"


class Nothing(BaseModel):
    """Buttons that carry nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberInput(Nothing):
    """The form for a number. ``id`` is the form's."""

    id: Id | None = None
    version: Version = 0
    location: Annotated[str, Field(max_length=80)] = ""
    number: Annotated[str, Field(pattern=rf"^({NEXT_AVAILABLE}|\+[1-9]\d{{1,14}}|)$")] = NEXT_AVAILABLE
    purpose: Text = ""
    beneficiary: Id | None = None

    @property
    def entered(self) -> FormInput:
        """For the use case."""
        return FormInput(
            form_id=self.id or "",
            location=self.location,
            number=self.number or NEXT_AVAILABLE,
            purpose=self.purpose,
            beneficiary=self.beneficiary or "",
        )


class HandedIn(NumberInput):
    """The same form when it is handed in."""

    id: Id


class PersonaChosen(Nothing):
    """The form for a persona. ``id`` is the form's, and ``shown`` the persona that its card showed,
    with ``seen`` as the mark of its change.
    """

    id: Id | None = None
    version: Version = 0
    shown: Annotated[str, Field(max_length=80)] = ""
    seen: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")] = ""
    persona: Annotated[str, Field(max_length=80)] = ""
    purpose: Text = ""
    beneficiary: Id | None = None

    @property
    def entered(self) -> PersonaInput:
        """For the use case."""
        return PersonaInput(
            form_id=self.id or "",
            persona=self.persona,
            purpose=self.purpose,
            seen=self.seen,
            beneficiary=self.beneficiary or "",
        )


class PersonaHandedIn(PersonaChosen):
    """The same form when it is handed in."""

    id: Id


class LookAt(Nothing):
    """A look at a request. A card that refreshes itself asks for no version: it wants the present one."""

    id: Id
    version: Version = 0


class OneRequest(Nothing):
    """A button of a request's card: which one, and the version that the card showed."""

    id: Id
    version: Version


class Decision(OneRequest):
    """A decision; clients may send the reason along with an approval, which has none."""

    reason: Text = ""


class Handover(OneRequest):
    """Who decides instead: a name or an address. Clients may send the inputs of the card's other parts."""

    to: Name = ""


class Asking(OneRequest):
    """A question to the requester."""

    question: Text = ""


class Answering(OneRequest):
    """The requester's answer."""

    answer: Text = ""


class Page(Nothing):
    """A page of the list of what waits."""

    page: Annotated[int, Field(ge=0, le=100_000, strict=True)] = 0


class Many(Page):
    """Several requests of the list, each ``<id>:<version>``, joined by commas as clients send choices."""

    chosen: Annotated[str, Field(pattern=rf"^({CHOICE}(,{CHOICE})*)?$", max_length=4000)] = ""
    reason: Text = ""

    @property
    def requests(self) -> list[tuple[str, int]]:
        """Ids with the versions that the list showed, each once."""
        pairs = (choice.split(":") for choice in dict.fromkeys(self.chosen.split(",")) if choice)
        return [(request_id, int(version)) for request_id, version in pairs]


class Who(Nothing):
    """Somebody, by name or address."""

    who: Name = ""


class Choices(Nothing):
    """What an approver chooses for themselves."""

    deputy: Name = ""
    since: Day = ""
    until: Day = ""
    digest: Annotated[str, Field(pattern=r"^(true|false)$")] = "false"

    @property
    def entered(self) -> PreferencesInput:
        """For the use case."""
        return PreferencesInput(
            deputy=self.deputy, since=self.since, until=self.until, wants_digest=self.digest == "true"
        )

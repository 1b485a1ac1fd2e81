"""What was read from the tenant about one person and the personas of the catalogue, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.membership_rule import Value, known_of
from services.domain.person import Person
from services.domain.persona import Catalogue, Persona
from services.ports import Group, Licences, Subscription, VoiceConfiguration


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaIs:
    """The state that a change of persona starts from.

    ``memberships`` are ids and names of the person's groups. ``groups`` are the groups of the personas that
    the change is about, by folded name. ``alone`` are ids of groups whose only member is the person.
    ``bought`` are the organisation's SKUs by folded part number. ``ends`` are names of personas that the
    change is to end: an earlier run may have left some of their groups, so that they are not held any more.
    """

    person: Person
    catalogue: Catalogue
    chosen: Persona
    memberships: Mapping[str, str]
    groups: Mapping[str, Group]
    licences: Licences
    bought: Mapping[str, Subscription]
    voice: VoiceConfiguration | None = None
    alone: frozenset[str] = frozenset()
    ends: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[Persona, ...]:
        """Personas all of whose groups the person is in."""
        return held_by(self.catalogue, self.memberships)

    @property
    def target(self) -> tuple[Persona, ...]:
        """What the person holds after the change."""
        return self.catalogue.after(self.held, self.chosen)

    @property
    def dropped(self) -> tuple[Persona, ...]:
        """What ends by the change."""
        kept = {persona.key for persona in self.target}
        named = (self.catalogue.named(name) for name in self.ends)
        ended = {persona.key: persona for persona in (*self.held, *filter(None, named))}
        return tuple(persona for key, persona in ended.items() if key not in kept)

    @property
    def taken(self) -> tuple[Persona, ...]:
        """What the person takes on, the chosen one last."""
        return self.catalogue.with_required(self.chosen)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The person's numbers in E.164, as Teams shows them."""
        return self.voice.numbers if self.voice else ()

    @property
    def policies(self) -> Mapping[str, str]:
        """Names of the policies that hold, by type."""
        return self.voice.policies if self.voice else {}

    @property
    def direct(self) -> frozenset[str]:
        """Types of the policies that are assigned to the person directly."""
        by_group = self.voice.by_group if self.voice else {}
        return frozenset(self.policies) - frozenset(by_group)

    @property
    def attributes(self) -> dict[str, Value]:
        """What rules may ask about the person."""
        return known_of(self.person)

    def group(self, name: str) -> Group:
        """A group of one of the personas."""
        return self.groups[name.casefold()]

    def is_in(self, group: Group) -> bool:
        """Whether the person is a member."""
        return group.id in self.memberships

    def has_sku(self, part_number: str) -> bool:
        """Whether the person has the licence, or all the service plans in it."""
        sku = self.bought.get(part_number.casefold())
        return sku is not None and (sku.sku_id in self.licences.skus or sku.plans <= self.licences.plans)


def held_by(catalogue: Catalogue, memberships: Mapping[str, str]) -> tuple[Persona, ...]:
    """Personas all of whose groups are among these."""
    names = {name.casefold() for name in memberships.values()}
    return tuple(
        persona for persona in catalogue if all(group.casefold() in names for group in persona.groups)
    )


def groups_of(personas: tuple[Persona, ...]) -> tuple[str, ...]:
    """Names of the personas' groups and teams, each once, in their order."""
    found = {group.casefold(): group for persona in personas for group in persona.memberships}
    return tuple(found.values())

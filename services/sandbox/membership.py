"""Who is in which group: by hand, by rule, and through other groups."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from services.sandbox.faults import Conditions
from services.sandbox.records import Group, Person
from services.sandbox.rules import parse_rule
from services.sandbox.tenant import Tenant


def set_members(tenant: Tenant, group: Group, members: list[str], conditions: Conditions) -> None:
    """Give a group other members; readers and licences follow in their own time."""
    now = tenant.now()
    changed = set(group.members) ^ set(members)
    tenant.remember(f"members/{group.id}", list(group.members), now, conditions.replication_s)
    group.members = members
    tenant.groups.put(group)
    if group.sku_ids:
        for person_id in sorted(changed & {person.id for person in tenant.people}):
            tenant.schedule("licences", person_id, now + timedelta(seconds=conditions.licence_s))


def follow_rules(tenant: Tenant, person: Person, conditions: Conditions) -> None:
    """Put a person in and out of the dynamic groups, as their rules say."""
    facts = person.dump()
    for group in tenant.groups:
        if group.membership_rule is None:
            continue
        inside = person.id in group.members
        if parse_rule(group.membership_rule)(facts) != inside:
            members = [m for m in group.members if m != person.id] if inside else [*group.members, person.id]
            set_members(tenant, group, members, conditions)


def seen_members(tenant: Tenant, group: Group) -> list[str]:
    """Return the ids of the group's direct members as readers see them now."""
    return cast("list[str]", tenant.seen(f"members/{group.id}", group.members))


def seen_transitive_members(tenant: Tenant, group: Group) -> list[str]:
    """Return the ids of all members, through nested groups too, each once."""
    found: dict[str, None] = {}
    waiting = [group]
    while waiting:
        for member in seen_members(tenant, waiting.pop(0)):
            inner = tenant.groups.get(member)
            if member not in found and inner is not None:
                waiting.append(inner)
            found[member] = None
    found.pop(group.id, None)
    return list(found)


def seen_groups_of(tenant: Tenant, member_id: str, *, transitive: bool) -> list[Group]:
    """Return the groups a person or group is in, through other groups too when `transitive`."""
    inside = {group.id: set(seen_members(tenant, group)) for group in tenant.groups}
    found: dict[str, None] = {}
    waiting = [member_id]
    while waiting:
        member = waiting.pop(0)
        for group_id, members in inside.items():
            if member in members and group_id not in found:
                found[group_id] = None
                if transitive:
                    waiting.append(group_id)
    return [group for group in tenant.groups if group.id in found]

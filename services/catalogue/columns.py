"""The columns of the workbook: what each means, and where its values belong in a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from services.written.findings import Path

PERSONAS = "Personas"
DIAL_PLANS = "DialPlans"
READ_ME = "Read me"
VERSION = "Catalogue version"


class Kind(Enum):
    """What stands in a cell."""

    TEXT = auto()
    AMOUNT = auto()
    LIST = auto()
    """One value a line."""
    PAIRS = auto()
    """``name = value``, one a line."""
    CHOICES = auto()
    """``name = value``, one a line; the same name again adds a value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``path`` leads to its value within a persona or a rule."""

    header: str
    path: Path
    meaning: str
    example: str
    kind: Kind = Kind.TEXT
    required: bool = False
    width: int = 24


PERSONA_COLUMNS = (
    Column("Name", ("name",), "What the persona is called. No two alike.", "Manchester HR", required=True),
    Column("Description", ("description",), "Whom it is meant for.", "HR in the Manchester office",
           required=True, width=40),
    Column("Country", ("country",), "ISO code of the country that it applies to.", "GB",
           required=True, width=10),
    Column("Layer", ("layer",), "base, calling or department. A person holds at most one of each.",
           "department", required=True, width=12),
    Column("Groups", ("groups",), "Entra groups that the person is put into.",
           "Prov_Teams_Phone_Manchester_HR", Kind.LIST, required=True, width=36),
    Column("Licences", ("licences",), "Part numbers of the licences that the groups bring.", "MCOEV",
           Kind.LIST),
    Column("Number location", ("number", "location"), "Location of its number; empty for no number.",
           "Manchester", width=18),
    Column("Number types", ("number", "types"),
           "callingPlan, operatorConnect, directRouting; empty for every type of the location.",
           "directRouting", Kind.LIST, width=18),
    Column("Number tag", ("number", "tag"), "Only numbers with this tag.", "HR", width=14),
    Column("Dial plan", ("dial_plan",), "Dial plan; its rules are on the sheet DialPlans.", "UK Manchester"),
    Column("Voice routing policy", ("voice_routing_policy",), "Voice routing policy.",
           "UK Domestic Manchester"),
    Column("Caller ID policy", ("caller_id_policy",), "Caller ID policy.", "UK HR Manchester"),
    Column("Emergency location", ("emergency", "location"),
           "Id of the emergency location, for numbers that need one.", ""),
    Column("Emergency calling policy", ("emergency", "calling_policy"), "Emergency calling policy.",
           "UK Emergency"),
    Column("Emergency routing policy", ("emergency", "routing_policy"), "Emergency call routing policy.", ""),
    Column("Other policies", ("policies",), "Other Teams policies: type = name.",
           "TeamsCallingPolicy = UK Manchester", Kind.PAIRS, width=40),
    Column("Assigned directly", ("assigned_directly",),
           "Types of policies that no group carries: they are assigned to the person.",
           "CallingLineIdentity", Kind.LIST),
    Column("Call queues", ("call_queues",), "Queues in which the person is an agent.", "Manchester HR",
           Kind.LIST),
    Column("Teams", ("teams",), "Teams to add the person to, by the name of their group.",
           "Manchester office", Kind.LIST),
    Column("Attributes", ("attributes",),
           "What the person's account says once they hold it: name = value.", "city = Manchester",
           Kind.PAIRS, width=32),
    Column("Eligible", ("eligible",), "Who may hold it: name = value; the same name again allows another.",
           "department = HR", Kind.CHOICES, width=32),
    Column("Requires", ("requires",), "Personas that are taken on with it.", "Manchester Calling", Kind.LIST),
    Column("Excludes", ("excludes",), "Personas that cannot be held with it, besides those of its layer.", "",
           Kind.LIST),
    Column("Approval", ("approval",), "Approval rule; empty for the rule of all personas.", "manager",
           width=12),
    Column("Owner", ("owner",), "Who approves where a rule asks the persona's owner: their sign-in name.",
           "megan.bowen@contoso.com", width=28),
    Column("Cost", ("cost", "amount"), "What it costs a month.", "6.50", Kind.AMOUNT, required=True,
           width=10),
    Column("Currency", ("cost", "currency"), "ISO code of the currency.", "GBP", required=True, width=10),
)  # fmt: skip

PLAN = Column("Dial plan", (), "Name of the dial plan.", "UK Manchester", required=True)
RULE_COLUMNS = (
    PLAN,
    Column("Rule", ("name",), "Name of the rule. The order of the rows is the order of the rules.", "Local",
           required=True),
    Column("Pattern", ("pattern",), "What is dialled, as a regular expression.", r"^(\d{7})$", required=True,
           width=32),
    Column("Translation", ("translation",), "What it becomes; $1 is the first group of the pattern.",
           "+44161$1", required=True),
    Column("Sample", ("sample",), "Something dialled, to try the rule with.", "4960000"),
    Column("Becomes", ("becomes",), "What the sample must become.", "+441614960000"),
)  # fmt: skip

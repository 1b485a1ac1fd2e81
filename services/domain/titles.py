"""What a step does, in a few words: for cards, the history, and whoever reads why it stopped."""

from __future__ import annotations

from types import MappingProxyType

from services.domain.step import Step, StepKind

_TITLES = MappingProxyType(
    {
        StepKind.JOIN_GROUP: "Join the group {subject}",
        StepKind.SET_ATTRIBUTE: "Set {subject} to {target}",
        StepKind.BE_ADMITTED: "Be admitted to {subject} by its rule",
        StepKind.WAIT_FOR_LICENCE: "Wait for the {subject} licence",
        StepKind.RELEASE_NUMBER: "Give back {subject}",
        StepKind.ASSIGN_NUMBER: "Assign {subject}",
        StepKind.ASSIGN_POLICY: "Assign the policy {subject}",
        StepKind.LEAVE_GROUP: "Leave the group {subject}",
        StepKind.BE_DISMISSED: "Be let out of {subject} by its rule",
        StepKind.REMOVE_POLICY: "Take away the policy {subject}",
        StepKind.WAIT_FOR_POLICY: "Wait for the policy {subject}",
        StepKind.VERIFY: "Check that calls work with {subject}",
        StepKind.VERIFY_PERSONA: "Check that everything is as promised",
    }
)


def title(step: Step) -> str:
    """The title; an attribute is named as the tenant spells it."""
    return _TITLES[step.kind].format(subject=step.subject, target=step.target)

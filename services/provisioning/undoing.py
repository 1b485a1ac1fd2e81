"""In which order a plan is undone: here, too, what is given back comes before what is taken away.

It is not the plan backwards. Somebody who moved by a rule first gets their attributes and their old groups
again, then policies and number, and only then leaves the groups that the plan had them join.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.step import Step, StepKind

_RANKS = {
    kind: rank
    for rank, kinds in enumerate(
        (
            (StepKind.VERIFY, StepKind.VERIFY_PERSONA, StepKind.WAIT_FOR_POLICY),
            (StepKind.LEAVE_GROUP,),
            (StepKind.SET_ATTRIBUTE,),
            (StepKind.BE_DISMISSED,),
            (StepKind.REMOVE_POLICY, StepKind.ASSIGN_POLICY),
            (StepKind.ASSIGN_NUMBER,),
            (StepKind.RELEASE_NUMBER,),
            (StepKind.WAIT_FOR_LICENCE, StepKind.BE_ADMITTED),
            (StepKind.JOIN_GROUP,),
        )
    )
    for kind in kinds
}


def undo_order(plan: Sequence[Step]) -> tuple[str, ...]:
    """Keys of the steps, the first to undo first; the last of a kind before the others."""
    backwards = enumerate(reversed(plan))
    ranked = sorted(backwards, key=lambda placed: (_RANKS[placed[1].kind], placed[0]))
    return tuple(step.key for _, step in ranked)

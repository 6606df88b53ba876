"""What is to be done about an event, from mildest to hardest."""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """Ordered by how much the action takes away from people; the policy may only pick from these."""

    allow = 0
    label = 1
    warn = 2
    verify = 3
    delay = 4
    hold = 5
    block = 6
    restrict = 7
    refer = 8


STOPPING = frozenset({Action.delay, Action.hold, Action.block, Action.restrict})
"""Actions that stop or slow what a person wanted to do; a wrong one is a false block."""

"""Checks across files: names must exist, numbers must lie in their range, nothing may be said twice."""

from __future__ import annotations

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.checks.access import check_access
from xiezhi.knowledge.checks.decisions import check_groups, check_lists, check_policy, check_rules
from xiezhi.knowledge.checks.events import check_events
from xiezhi.knowledge.checks.features import check_features
from xiezhi.knowledge.checks.taxonomy import check_taxonomy
from xiezhi.knowledge.shelves import Shelves

__all__ = ["check"]


def check(shelves: Shelves, problems: Problems) -> None:
    """Note every fault that shows only when the files are seen together."""
    check_events(shelves, problems)
    check_features(shelves, problems)
    check_taxonomy(shelves, problems)
    check_groups(shelves, problems)
    check_rules(shelves, problems)
    check_policy(shelves, problems)
    check_lists(shelves, problems)
    check_access(shelves, problems)

"""From columns to decisions: the rule language, scoring, the policy, lists and the life of a rule."""

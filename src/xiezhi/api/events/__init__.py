"""Decided events and verdicts as callers see them: rows, explanations, identifiers, searches."""

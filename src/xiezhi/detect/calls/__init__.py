"""Looks at calls: what kind of numbers they are between."""

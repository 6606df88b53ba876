"""Puts the rooms in order: events in, explained decisions out."""

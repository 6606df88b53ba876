"""Looks at single events: detectors without state, found by themselves, and the models they ask."""

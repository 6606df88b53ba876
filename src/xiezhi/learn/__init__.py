"""Turns data sets into models: reading, splitting, fitting, calibrating, measuring."""

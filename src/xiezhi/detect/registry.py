"""Finds every detector there is, so that a new one only has to be put in its folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import xiezhi.detect
from xiezhi.detect.base import Detector
from xiezhi.domain.columns import Variable
from xiezhi.domain.errors import XiezhiError


@cache
def detectors() -> tuple[Detector, ...]:
    """One of each detector, in the order of their modules."""
    found = []
    for module in pkgutil.walk_packages(xiezhi.detect.__path__, "xiezhi.detect."):
        if not module.name.startswith("xiezhi.detect.models"):
            for kind in getattr(importlib.import_module(module.name), "DETECTORS", ()):
                found.append(kind())
    return tuple(found)


@cache
def detectors_for(channel: str) -> tuple[Detector, ...]:
    """The detectors that look at a channel's events."""
    return tuple(detector for detector in detectors() if channel in detector.channels)


@cache
def variables_for(channel: str) -> dict[str, Variable]:
    """What detectors add to a channel's events. Raises `XiezhiError` when two add the same name."""
    found: dict[str, Variable] = {}
    for detector in detectors_for(channel):
        for variable in detector.outputs(channel):
            if variable.name in found:
                message = f"two detectors add `{variable.name}` to {channel} events"
                raise XiezhiError(message, "give one of them another name")
            found[variable.name] = variable
    return found

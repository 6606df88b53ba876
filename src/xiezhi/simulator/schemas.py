"""The channels that the city speaks, and the schema of the truth beside them."""

from __future__ import annotations

import pyarrow as pa

from xiezhi.knowledge.base import load_knowledge

CHANNELS = ("call", "message", "visit", "install", "transfer", "account", "sighting", "complaint")

LETTERS = {
    "call": "c",
    "message": "m",
    "visit": "v",
    "install": "i",
    "transfer": "t",
    "account": "a",
    "sighting": "s",
    "complaint": "r",
}
"""First letter of each channel's event ids (`r` for reports)."""

TRUTH = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("fraud", pa.bool_()),
        pa.field("fraud_type", pa.string()),
        pa.field("gang", pa.string()),
        pa.field("campaign", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("role", pa.string()),
        pa.field("victim", pa.string()),
    ]
)
"""What is true of an event: `stage` is a stage of the taxonomy, `role` what the event's actor is to the
gang (caller, sender, operator, station, victim, mule_1 ...), `victim` the person that it was done to."""


def schema_of(channel: str) -> pa.Schema:
    """The canonical Arrow schema of a channel."""
    return load_knowledge().schemas[channel].arrow

"""The operational tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Single values: how far results are written, counts, versions.",
)

ledger = Table(
    "ledger",
    metadata,
    Column("first", BigInteger, primary_key=True, comment="offset of the first decision in the block"),
    Column("last", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="zstd of the entries, one JSON a line"),
    Column("before", String, nullable=False, comment="head of the chain before the block, hex"),
    Column("head", String, nullable=False, comment="head of the chain after it, hex"),
    comment="Verdicts, hash-chained.",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True, comment="made from offset, action and target: equal on every run"),
    Column("offset", BigInteger, nullable=False),
    Column("action", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("target", String, comment="the identifier the action is about"),
    Column("fraud_type", String),
    Column("score", Float, nullable=False),
    Column("delivered_at", BigInteger, comment="ms since 1970; null while it waits"),
    comment="Actions to be carried out.",
)
Index("outbox_waiting", outbox.c.delivered_at, outbox.c.offset)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", String, primary_key=True, comment="made from source and row: equal on every run"),
    Column("source", String, nullable=False),
    Column("row", BigInteger, nullable=False, comment="data row, counted from 0"),
    Column("line", BigInteger, comment="line of a text file, counted from 1"),
    Column("channel", String),
    Column("reason", Text, nullable=False),
    Column("raw", Text, comment="the row as it came"),
    Column("seen_at", BigInteger, nullable=False),
    Column("state", String, nullable=False, comment="waiting or retried"),
    comment="Rows that could not be taken in.",
)

requests = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("record", Text, nullable=False, comment="the control record, JSON"),
    Column("state", String, nullable=False, comment="waiting, done or refused"),
    Column("answer", Text, comment="why it was refused"),
    comment="Changes that other processes ask the running engine for.",
)

"""The operational tables."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)

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
Index("outbox_offset", outbox.c.offset)

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
Index("dead_letters_place", dead_letters.c.source, dead_letters.c.row)
Index("dead_letters_waiting", dead_letters.c.state, dead_letters.c.source, dead_letters.c.row)

requests = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("record", Text, nullable=False, comment="the control record, JSON"),
    Column("state", String, nullable=False, comment="waiting, done or refused"),
    Column("answer", Text, comment="why it was refused"),
    comment="Changes that other processes ask the running engine for.",
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False, comment="waiting, running, done, failed or cancelled"),
    Column("permission", String, comment="who has it may cancel the job too"),
    Column("done", BigInteger, nullable=False, default=0),
    Column("total", BigInteger),
    Column("result", Text, comment="JSON"),
    Column("error", Text),
    Column("by", String, nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    comment="Long work that somebody asked for.",
)
Index("jobs_submitted", jobs.c.submitted_at)

letter_sources = Table(
    "letter_sources",
    metadata,
    Column("source", String, primary_key=True),
    Column("columns", Text, nullable=False, comment="names of the columns of a CSV file, JSON list"),
    Column("delimiter", String, nullable=False),
    Column("mapping", Text, nullable=False, comment="field -> column, JSON object"),
    Column("time_unit", String, comment="s, m, h or d; null for by size"),
    comment="How rows of CSV files were to be read, so that a dead letter can be read again.",
)

demo_truth = Table(
    "demo_truth",
    metadata,
    Column("offset", BigInteger, primary_key=True),
    Column("gang", String, nullable=False),
    Column("kind", String, nullable=False, comment="the fraud kind of the gang"),
    Column("role", String, nullable=False, comment="what the event's actor is to the gang"),
    Column("channel", String, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("score", Float, nullable=False),
    Column("type", String, comment="the fraud type that the engine decided on"),
    Column("action", String, nullable=False),
    Column("caught", Boolean, nullable=False),
    comment="Fraudulent events of the demo city, with what the engine made of them.",
)
Index("demo_truth_gang", demo_truth.c.gang, demo_truth.c.offset)
Index("demo_truth_caught", demo_truth.c.caught, demo_truth.c.offset)

labels = Table(
    "labels",
    metadata,
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("fraud", Boolean, nullable=False),
    Column("type", String, comment="the fraud type, where it is known better than the verdict has it"),
    Column("note", Text),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False, comment="ms since 1970"),
    comment="What people found out about events.",
)

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("display", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False, comment="argon2id, with its parameters and salt"),
    Column("created_at", BigInteger, nullable=False),
    Column("last_login_at", BigInteger),
    Column("disabled", Boolean, nullable=False, default=False),
    comment="People's accounts.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True, comment="SHA-256 of the cookie's token, hex"),
    Column("user", String, nullable=False),
    Column("demo_role", String, comment="set for a demo log-in, which has no account"),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, comment="last use, to the minute"),
    Column("expires_at", BigInteger, nullable=False, comment="when it ends however much it is used"),
    Column("address", String, nullable=False),
    comment="Log-ins of browsers.",
)
Index("sessions_of_user", sessions.c.user)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("prefix", String, nullable=False, comment="the key's visible beginning"),
    Column("digest", String, nullable=False, unique=True, comment="SHA-256 of the whole key, hex"),
    Column("scopes", Text, nullable=False, comment="permissions, JSON list"),
    Column("created_by", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger, comment="to the minute"),
    Column("revoked_at", BigInteger),
    comment="Keys of programs.",
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("via", String, nullable=False, comment="session, key or cli"),
    Column("key", String, comment="visible beginning of the key used"),
    Column("address", String, nullable=False),
    Column("what", String, nullable=False),
    Column("target", String, nullable=False),
    Column("detail", Text, nullable=False, comment="JSON object, or empty"),
    comment="Who did what and who read what; rows are only ever added.",
    sqlite_autoincrement=True,
)
Index("audit_at", audit.c.at)
Index("audit_who", audit.c.who, audit.c.number)

for _change in ("update", "delete"):
    _trigger = DDL(  # type: ignore[no-untyped-call]
        f"create trigger audit_no_{_change} before {_change} on audit "
        "begin select raise(abort, 'the audit log is only added to'); end"
    )
    event.listen(audit, "after_create", _trigger.execute_if(dialect="sqlite"))

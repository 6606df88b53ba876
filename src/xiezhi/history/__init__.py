"""Events at rest, and the ledger of verdicts."""

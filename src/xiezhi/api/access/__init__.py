"""Who may come in and what each may do: accounts, sessions, keys, permissions, limits and the audit log."""

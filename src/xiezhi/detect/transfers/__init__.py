"""Looks at transfers: what is odd about a single amount."""

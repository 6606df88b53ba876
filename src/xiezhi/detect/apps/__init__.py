"""Looks at apps: where they came from and how they are named."""

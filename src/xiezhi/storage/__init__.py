"""Operational tables and where a store keeps its files."""

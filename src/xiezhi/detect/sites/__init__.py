"""Looks at web sites: what their names give away."""

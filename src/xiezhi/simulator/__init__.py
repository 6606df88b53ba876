"""A city with known truth: people, firms and gangs, for demonstrations, load and end-to-end tests."""

"""Looks at the text of messages: patterns, contents and a character model."""

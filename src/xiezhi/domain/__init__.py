"""Names for everything; imports no other room."""

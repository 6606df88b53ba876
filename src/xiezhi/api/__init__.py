"""What programs and people reach over HTTP."""

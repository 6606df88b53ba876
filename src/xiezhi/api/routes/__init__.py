"""The operations below `/v1`, one file a subject; each has a `router` that the application takes in."""

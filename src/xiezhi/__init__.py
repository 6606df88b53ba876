"""Xiezhi (獬豸): one open, full-chain system against telecom and network fraud."""

__version__ = "0.1.0"

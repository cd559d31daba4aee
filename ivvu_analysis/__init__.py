"""Reproducible evaluation of the Dutch long-term care transition programme."""

__version__ = "0.1.0"

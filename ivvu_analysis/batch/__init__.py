"""Suites of notebooks made into published reports, in batch."""

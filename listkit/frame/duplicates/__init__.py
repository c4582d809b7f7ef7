"""Rows that are one person: groups of them, and how to make one row of each."""

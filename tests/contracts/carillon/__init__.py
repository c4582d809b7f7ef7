"""Carillon, a vendor that does not exist: a provider for it, as anybody could write one, and its own small server."""

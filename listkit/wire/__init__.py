"""A vendor's bytes and our words, both directions, no I/O."""

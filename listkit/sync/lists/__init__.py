"""Lists themselves, pushed back in bulk: the same plan, ledger and undo."""

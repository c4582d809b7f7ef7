"""What was intended and what became of it, on disk; who may write, and what is forgotten."""

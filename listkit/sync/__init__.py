"""What we want and what is there: plan, apply, pull."""

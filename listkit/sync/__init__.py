"""What we want × what is there: plan, apply, pull."""

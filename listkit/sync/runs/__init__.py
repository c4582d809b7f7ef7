"""What is being done, and what became of it: sent, settled, verified, told and taken back."""

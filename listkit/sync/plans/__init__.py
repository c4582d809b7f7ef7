"""What is to be done, as a value: compared, guarded, priced, shown and kept."""

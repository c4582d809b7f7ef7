"""Numbers as libphonenumber reads them: its steps laid out as one automaton, which is walked a column at a time."""

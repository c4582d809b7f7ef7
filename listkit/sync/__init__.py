"""What we want and what is there: pages are read, plans made, runs applied and journaled; lists too, in bulk."""

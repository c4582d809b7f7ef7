"""The kinds of files that hold contact lists: each is read a piece at a time, as tables of text."""

"""A column of text in, a column of values and verdicts out; no pandas."""

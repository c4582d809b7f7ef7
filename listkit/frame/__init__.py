"""The rules over a DataFrame."""

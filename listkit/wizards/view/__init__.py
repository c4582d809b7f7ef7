"""Draws flows with ipywidgets and a few widgets of our own; decides nothing, and knows no pandas."""

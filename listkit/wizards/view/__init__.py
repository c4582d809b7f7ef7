"""Draws flows with ipywidgets and a few widgets of our own; decides nothing, and knows no pandas."""

from listkit.errors import MissingExtraError

try:
    import anywidget
    import ipywidgets
except ImportError as missing:
    raise MissingExtraError("widgets") from missing

__all__ = ["anywidget", "ipywidgets"]

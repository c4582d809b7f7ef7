"""Where accounts, lists and contacts are kept; chosen by URL."""

"""What is there, read page by page."""

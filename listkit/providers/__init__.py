"""The network: hands out pages, knows no pandas."""

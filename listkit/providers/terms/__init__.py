"""What each vendor's API allows: the numbers it keeps to, and what sending each request twice does."""

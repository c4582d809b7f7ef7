"""The same lists, served: both vendors' APIs over one store."""

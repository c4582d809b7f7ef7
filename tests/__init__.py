"""The tests; a package, because one of the bench's peers installs a package named `tests`."""

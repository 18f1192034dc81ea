"""The tests, one directory a floor, one file an action."""

"""The numbers to hold: one file a bar, `<bar>_<name>.py`, that builds its own data and says how far we are.

A bar has NAME, TARGET (both text) and `measure() -> Result`. It finds Django set up over an empty, migrated
database of its own, which is dropped afterwards.
"""

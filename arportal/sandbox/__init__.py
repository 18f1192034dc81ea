"""A stand-in server for the B2B Edition API, with its own settings and database; it shares no code with the rest.

`python -m arportal.sandbox` starts it; store hash `sandbox`, token `sandbox-token`. A noun's file (invoices.py) holds
its addresses and how it looks from outside, rules/ what the store does, models/ what it keeps, demo/ what it starts
with, control/ the addresses under /_sandbox/ that no real store has. limits.py says what is not imitated.
"""

"""A stand-in server for the B2B Edition API, with its own settings and database; it shares no code with the rest.

`python -m arportal.sandbox` starts it; store hash `sandbox`, token `sandbox-token`.
"""

"""A stand-in server for the B2B Edition API, with settings and a database of its own; it shares no code with the rest."""

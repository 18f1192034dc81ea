"""The B2B Edition REST API as Python: typed values in and out, no Django."""

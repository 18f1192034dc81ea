"""Our copy of the API's data: it may be dropped and rebuilt at any time."""

"""The API's values: money, times, states, and reading them out of a record."""

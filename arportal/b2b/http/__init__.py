"""The way from a call to an answer: transport, pacing, envelope, paging."""

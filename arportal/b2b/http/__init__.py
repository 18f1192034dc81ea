"""From a call to an answer: transport, pacing, envelope, paging."""

"""In whose name documents are made: letterhead, logo, colours."""

"""The business rules of the contract, section 4, by number: all that the store does when it is told something."""

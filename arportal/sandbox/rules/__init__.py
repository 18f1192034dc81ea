"""What the store does with what it is told: the business rules of the contract, section 4, by number."""

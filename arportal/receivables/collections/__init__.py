"""Collections: what is agreed with companies about what they owe, and what is to be done next."""

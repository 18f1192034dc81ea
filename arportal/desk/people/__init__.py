"""The people of a store: who they are, what each may see and do, and how they join and leave."""

"""Collections: the worklist, next actions, promises and disputes, and the forms that write them down."""

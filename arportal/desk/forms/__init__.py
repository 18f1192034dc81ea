"""Fields and widgets that several forms share."""

"""The list of orders, an order's page, and what can be done with orders."""

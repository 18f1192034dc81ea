"""The stores we are connected to, their people, and who may do what."""

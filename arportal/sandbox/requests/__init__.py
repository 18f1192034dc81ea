"""What all endpoints share: parameters, bodies, lists, refusals."""

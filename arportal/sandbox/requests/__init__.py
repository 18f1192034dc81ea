"""The common ground of all endpoints: parameters, bodies, lists, refusals."""

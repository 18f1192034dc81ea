"""Everything one machine needs to run the whole product: database, sandbox, worker and web server."""

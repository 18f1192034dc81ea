"""The list of companies, a company's page, and its payment methods."""

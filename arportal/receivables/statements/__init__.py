"""Statements of account: what moved a company's balance in a period, and what is open at its end."""

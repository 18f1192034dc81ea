"""Journeys of people through the product, in a real browser.

This file makes the folder a package, which is what lets its browser end with its last test (see conftest.py).
"""

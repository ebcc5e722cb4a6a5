"""Brings NetBox and its servers up for development and tests; no part of the product."""

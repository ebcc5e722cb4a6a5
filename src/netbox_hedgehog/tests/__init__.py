"""The plugin inside a real NetBox: NetBox's own test cases, and what they do not cover."""

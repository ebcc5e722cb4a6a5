"""Tests on the repository itself: sizes, names, layers, locks, docs, launchers."""

"""Panels: the parts of a page, declared once and placed by the views' layouts."""

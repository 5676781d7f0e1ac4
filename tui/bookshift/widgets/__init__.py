"""Widgets that know nothing of the planning model."""

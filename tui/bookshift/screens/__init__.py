"""Screens: they read the planner and send it what a person decides."""

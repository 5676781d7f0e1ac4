"""Workbooks and JSON trees as rows of text, read in a process of its own with hard limits."""

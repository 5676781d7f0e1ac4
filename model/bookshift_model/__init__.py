"""The planning model: pure data, figures, plans and the optimiser."""

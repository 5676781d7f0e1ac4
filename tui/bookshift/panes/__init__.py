"""The four panes of the Plan screen: they project a `View` and keep only selection, marks, filter and sort."""

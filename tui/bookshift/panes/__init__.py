"""The four panes of the Plan screen: they project a `View` and keep selection, marks, filter and sort."""

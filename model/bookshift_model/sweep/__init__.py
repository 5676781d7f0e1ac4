"""Many scenarios at once: what combinations of weights, limits and roster would bring, each proven."""

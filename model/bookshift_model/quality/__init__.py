"""What is wrong with the data of a portfolio, what it costs the plan, and how to mend it."""

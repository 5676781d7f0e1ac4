"""Further files joined to the accounts: contracts, tickets, usage, opportunities, contacts."""

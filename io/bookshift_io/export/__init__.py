"""Files out: plan, moves, books and CRM write-back, exact or for people, with a manifest."""

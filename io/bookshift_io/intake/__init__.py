"""Files in: tables → mapping → fields → portfolio, with a finding for whatever is not as it should be."""

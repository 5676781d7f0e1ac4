"""Why a plan is as it is: in the words of the people who have to defend it."""

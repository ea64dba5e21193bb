"""What is wrong with a claim: facts, value checks, rules and the checklist."""

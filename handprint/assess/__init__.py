"""One case assessed: draws, intervals, sensitivity, other choices, the result document."""

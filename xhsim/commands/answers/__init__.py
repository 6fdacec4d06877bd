"""Commands that run scenarios: probabilities, explanations, runs, reports, exports."""

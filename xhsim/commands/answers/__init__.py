"""Commands that answer: probabilities, reasons, runs, reports."""

"""Early warning: the light of each target, and how often such lights were right."""

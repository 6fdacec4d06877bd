"""What a model says about itself: causes, stocks and flows, signs of links, units."""

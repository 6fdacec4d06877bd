"""What knows what is where in it: conveyors and queues of XMILE, delays whose time changes."""

"""Stocks that know what is where in them: conveyors and queues of XMILE."""

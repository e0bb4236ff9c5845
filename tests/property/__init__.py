"""What we answer against what the oracle computes, over whatever hypothesis thinks of."""

"""Write the documentation of the metrics to standard output."""

import sys

from resolvers.metrics.catalogue import page

sys.stdout.write(page())

"""What happens at a dozen invented merchants, as one endless stream of events.

The stream is a function of a seed and the time, and of nothing else: each UTC day of each merchant has random
numbers of its own. History is the part of it before an instant, the live stream is the part after it,
released as it comes due. So a restart can neither count twice nor leave a gap, and a day that is over never
changes.
"""

from typing import Final

SEED: Final = 402

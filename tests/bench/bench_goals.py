# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, and what is asked of it."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Result:
    """All runs of one rival in one case, at one place."""
    usages: list = field(default_factory=list)
    factor: float = 1

    def median(self, name='seconds'):
        return statistics.median(getattr(usage, name) for usage in self.usages)

    def failure(self):
        return next((usage.failure for usage in self.usages if usage.failure), '')


@dataclass(frozen=True)
class Goal:
    """At least (or, with @most, at most) @limit times what the rivals need; the fastest of them counts."""
    case: str
    place: str
    limit: float
    rivals: tuple
    most: bool = False
    who: str = 'lanyard'

    def judge(self, results):
        mine = results[self.who].median()
        fastest = min(results[rival].median() for rival in self.rivals if rival in results)
        value = mine / fastest if self.most else fastest / mine
        against = ' or '.join(self.rivals)
        if results[self.who].failure():
            return 'failed', f'{self.limit:.2f}', False
        if self.most:
            return f'{value:.2f} of the time of {against}', f'{self.limit:.2f} at most', value <= self.limit
        return f'{value:.2f} x {against}', f'{self.limit:.2f}', value >= self.limit


# "Never slower" is granted three hundredths: so much do two medians of the same program differ.
NEVER_SLOWER = dict(limit=1.03, rivals=('cp -a', 'rsync -a', 'cat'), most=True)
GOALS = (
    Goal('small', 'ext4', 2.4, ('cp -a',)),
    Goal('small', 'tmpfs', 2.6, ('cp -a',)),
    Goal('small', 'ext4', 1.15, ('probe',), most=True),
    Goal('small', 'tmpfs', 1.15, ('probe',), most=True),
    Goal('big', 'tmpfs', 1.9, ('cp -a',)),
    Goal('big', 'ext4', **NEVER_SLOWER),
    Goal('single', 'ext4', **NEVER_SLOWER),
    Goal('single', 'tmpfs', **NEVER_SLOWER),
    *(Goal(case, place, 2, ('cp -a, diff -r',), who='lanyard --verify')
      for case in ('verify', 'verify-big') for place in ('ext4', 'tmpfs')),
)

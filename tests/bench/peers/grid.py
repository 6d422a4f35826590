"""Searches on the grid that strategies_bench --dump-grid writes, judged as it judges its own.

A search observes the search loss of one training of a function (number seed % trainings) and is
judged by the true rank, which follows from the final losses of other trainings. It is generous to peers: only
distinct functions count as evaluations. Fillings that are no candidate, and functions seen
before, are free.
"""

import argparse
import math
import multiprocessing

TOP = 10
LOOKS = (50, 100, 300)
BAD_LOSS = 1e6  # of what is no candidate or blew up: larger than any other, and finite


class Done(Exception):
    """The search has shown all that is asked of it."""


class Grid:
    """sizes: options of the slots (binary, left unary, right unary); the last changes fastest."""

    def __init__(self, path):
        with open(path) as lines:
            self.sizes = tuple(int(size) for size in next(lines).split()[1:])
            self.points = [line.split("\t") for line in lines]
        self.points = [None if int(p[1]) < 0 else
                       (int(p[1]), int(p[2]), tuple(float(loss) for loss in p[3:]))
                       for p in self.points]
        assert len(self.points) == math.prod(self.sizes), "grid and slots do not fit"

    def at(self, binary, left, right):
        return self.points[(binary * self.sizes[1] + left) * self.sizes[2] + right]


class Search:
    """What one search has seen. ask() raises Done once it is over."""

    def __init__(self, grid, seed, cap, max_asks):
        self.grid, self.seed, self.cap, self.max_asks = grid, seed, cap, max_asks
        self.asks = 0
        self.seen = set()
        self.hit = None
        self.best_loss = math.inf
        self.best_rank = len({point[0] for point in grid.points if point})
        self.ranks = [self.best_rank] * len(LOOKS)

    def is_over(self):
        shown = self.hit is not None and len(self.seen) >= LOOKS[-1]
        return shown or len(self.seen) >= self.cap or self.asks >= self.max_asks

    def ask(self, binary, left, right):
        if self.is_over():
            raise Done
        self.asks += 1
        point = self.grid.at(binary, left, right)
        if point is None:
            return BAD_LOSS
        row, rank, losses = point
        loss = losses[self.seed % len(losses)]
        loss = min(loss, BAD_LOSS)  # infinite: it blew up
        if row not in self.seen:
            self._observe(row, rank, loss)
        return loss

    def _observe(self, row, rank, loss):
        self.seen.add(row)
        if loss < min(self.best_loss, BAD_LOSS):
            self.best_loss, self.best_rank = loss, rank
        if self.hit is None and rank <= TOP:
            self.hit = len(self.seen)
        for k, look in enumerate(LOOKS):
            if len(self.seen) <= look:
                self.ranks[k] = self.best_rank


_shared = None  # what forked workers inherit: contestants, grid, cap


def _run(job):
    name, seed = job
    contestants, grid, cap = _shared
    run, max_asks = contestants[name]
    search = Search(grid, seed, cap, max_asks)
    try:
        run(search, seed)
    except Done:
        pass
    return search.hit, search.ranks


def main(contestants):
    """contestants: {name: (run(search, seed), most asks)}; prints what --peers reads."""
    global _shared
    parser = argparse.ArgumentParser()
    parser.add_argument("grid", help="written by strategies_bench --dump-grid")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--limit", type=int, default=1500, help="limit + 1 is printed for never")
    parser.add_argument("--cap", type=int, default=600, help="evaluations after which a peer ends")
    parser.add_argument("--only", choices=list(contestants), help="one of them")
    options = parser.parse_args()
    _shared = contestants, Grid(options.grid), min(options.cap, options.limit)
    with multiprocessing.get_context("fork").Pool() as pool:
        for name in [options.only] if options.only else contestants:
            jobs = [(name, seed) for seed in range(options.seeds)]
            for seed, (hit, ranks) in enumerate(pool.imap(_run, jobs)):
                print(name, seed, hit or options.limit + 1, *ranks, flush=True)

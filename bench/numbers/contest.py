"""Cells: every rival checked, then timed in turn."""
import math
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np

import crew
import table

CLOSE = 1e-8  # how near to the reference, relative to the largest entry


@dataclass
class Row:
    """What came out of a cell."""
    cell: str
    kind: str
    n: int
    threads: int
    times: dict = field(default_factory=dict)  # rival: microseconds
    notes: dict = field(default_factory=dict)  # rival: why there is none
    wrong: list = field(default_factory=list)

    def ratio(self, name, to="hand"):
        if name in self.times and to in self.times:
            return self.times[name] / self.times[to]
        return None

    def others(self):
        """The fastest of those that GOALS compares with, and its time."""
        known = [(self.times[k], k) for k in ("numpy", "torch", "jax")
                 if k in self.times]
        return min(known)[::-1] if known else (None, None)


def cells(problems, n):
    """(cell, kind, operations) of the table at n, as far as asked for."""
    wanted = problems.split(",") if problems else None
    for p in table.read(crew.TABLE).values():
        at = p.full if n == "full" else int(n)
        for op in p.ops:
            cell = f"{p.name}/{op.id}"
            kind = op.kind if op.kind != "value" else "program"
            if at and (not wanted or {p.name, cell, kind} & set(wanted)):
                yield cell, kind, at, p.number(op.flops, at)


def phases(sizes, threads):
    """(threads, n), the telling ones first: where time runs out, ten by ten
    on two threads is what one can do without."""
    def rank(phase):
        t, n = phase
        big = math.inf if n == "full" else int(n)
        return (big <= 10 and t > 1, big, t)
    return sorted(((t, n) for t in threads for n in sizes), key=rank)


# ------------------------------------------------------------------- checks

def outputs(rival, folder, limit):
    """The arrays that a rival gives, or the reason why not."""
    path = os.path.join(folder, rival.name)
    reply = rival.write(path, limit)
    if reply != "ok":
        return reply
    data = np.fromfile(path)
    os.remove(path)
    count = int(data[0])
    sizes = data[1:1 + count].astype(int)
    return np.split(data[1 + count:], np.cumsum(sizes)[:-1])


def apart(a, b):
    """The largest difference, array by array."""
    if [x.size for x in a] != [x.size for x in b]:
        return math.inf
    worst = 0.0
    for x, y in zip(a, b):
        d = np.max(np.abs(x - y)) / (np.max(np.abs(y)) or 1)
        worst = max(worst, d if d == d else math.inf)
    return worst


class Contest:
    def __init__(self, options, say=print):
        self.o, self.say = options, say
        self.rows = []
        self.missed = []  # cells that the budget did not reach
        self.end = math.inf

    def limit(self):
        return max(1, min(self.o.limit, self.end - time.monotonic()))

    def truth(self, party, cell, n, folder):
        """The reference's numbers; above n = 10, where that would take
        hours, those of the hand-written code, which agrees with it there."""
        source = party.truth["ref" if n <= 10 else "hand"]
        reply = source.open(cell, n, self.o.limit)
        return outputs(source, folder, self.o.limit) if reply == "ok" \
            else reply

    def admit(self, party, row, folder):
        """The rivals that open the cell and give the right numbers."""
        truth = self.truth(party, row.cell, row.n, folder)
        if isinstance(truth, str):
            row.notes["hand"] = truth
            return []
        sides = []
        for r in party.rivals:
            if self.right(r, row, truth, folder):
                sides.append(r)
            elif not r.worker.process:  # it took others with it
                sides = [s for s in sides if s.worker is not r.worker
                         or s.open(row.cell, row.n, self.limit()) == "ok"]
        return sides

    def right(self, rival, row, truth, folder):
        if rival.name == "casadi" and row.n > self.o.casadi:
            return False
        reply = rival.open(row.cell, row.n, self.limit())
        answer = outputs(rival, folder, self.limit()) if reply == "ok" \
            else reply
        if isinstance(answer, str):
            row.notes[rival.name] = answer.removeprefix("skip ")
            return False
        d = apart(answer, truth)
        if not d <= CLOSE:
            row.wrong.append(rival.name)
            row.notes[rival.name] = f"WRONG, {d:.1e} from the reference"
        return d <= CLOSE

    # ------------------------------------------------------------- the time

    def rounds(self, sides, row):
        """There and back again: nobody is always first after another."""
        times = {r.name: [] for r in sides}
        for k in range(self.o.rounds):
            for r in list(sides)[::1 if k % 2 == 0 else -1]:
                reply = r.time(self.limit())
                if reply.startswith("us "):
                    times[r.name].append(float(reply[3:]))
                else:
                    row.notes[r.name] = reply.removeprefix("skip ")
                    sides.remove(r)
        row.times = {k: statistics.median(v) for k, v in times.items() if v}

    def cell(self, party, row):
        with tempfile.TemporaryDirectory(dir=crew.OUT) as folder:
            sides = self.admit(party, row, folder)
        if not self.o.check:
            self.rounds(sides, row)
        else:
            row.times = {r.name: 0.0 for r in sides}
        party.close(self.limit())
        self.rows.append(row)
        self.say(row)

    def phase(self, party, n, end):
        """The cells at one size, until the phase's time is over; none that
        would by itself take more than a twentieth of the budget."""
        most = self.o.budget / 20 if self.o.budget else math.inf
        calls = len(party.rivals) * (2 + self.o.rounds)
        for cell, kind, at, flops in cells(self.o.problems, n):
            row = Row(cell, kind, at, party.threads)
            if time.monotonic() > end or calls * flops / 2e10 > most:
                self.missed.append(row)
            else:
                self.cell(party, row)

    def run(self, parties, plan):
        start = time.monotonic()
        total = self.o.budget or math.inf
        self.end = start + total
        for k, (threads, n) in enumerate(plan):
            now = time.monotonic()
            share = (self.end - now) / (len(plan) - k)
            self.phase(parties[threads], n, now + share)

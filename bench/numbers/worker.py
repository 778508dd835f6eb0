"""Answers the driver's questions for a rival in Python (see serve.c)."""
import os
import sys
import time

import table

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "..", "build", "bench")


class Skip(Exception):
    pass


class Call:
    """What is timed: run() gives the outputs; batch(count) the seconds that
    so many calls take."""

    def __init__(self, run):
        self.run = run

    def batch(self, count):
        run = self.run
        start = time.perf_counter()
        for _ in range(count):
            run()
        return time.perf_counter() - start

    def close(self):
        pass


# Seconds: short, so that some of them are not interrupted.
BATCH, BATCHES, LONGEST = 1e-3, 20, 0.2


class Timer:
    def __init__(self, call):
        self.call, self.count = call, 0

    def calibrate(self):
        self.call.batch(1)
        self.count = 1
        while True:
            t = self.call.batch(self.count)
            if t >= BATCH / 10:
                self.count = max(1, round(BATCH * self.count / t))
                return
            self.count *= 10

    def microseconds(self):
        if not self.count:
            self.calibrate()
        best = total = self.call.batch(self.count)
        for _ in range(BATCHES - 1):
            if total > LONGEST:
                break
            t = self.call.batch(self.count)
            best, total = min(best, t), total + t
        return best / self.count * 1e6


def serve(build, blas):
    """build(task) gives a Call or raises Skip; blas is a line of text."""
    problems = table.read(os.path.join(HERE, "problems.txt"))
    task = timer = None
    # What libraries print must not get into the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(words):
        nonlocal task, timer
        if words[0] == "blas":
            return blas
        if words[0] == "open":
            name, id = words[2].split("/")
            problem = problems[name]
            op = next(o for o in problem.ops if o.id == id)
            n = int(words[3])
            if problem.number(op.flops, n) > 1e12:
                return "skip too large"
            if timer:
                timer.call.close()
            timer = None
            task = table.Task(problem, op, n)
            timer = Timer(build(task))
            return "ok"
        if words[0] == "time":
            return f"us {timer.microseconds():.9g}"
        if words[0] == "write":
            task.flat(timer.call.run()).tofile(words[2])
            return "ok"
        if words[0] == "close":
            if timer:
                timer.call.close()
            task = timer = None
            return "ok"
        return "skip cannot be read"

    for line in sys.stdin:
        try:
            reply = answer(line.split())
        except Skip as e:
            reply = f"skip {e}"
        except Exception as e:  # a rival's own failure is a result, too
            reply = f"skip {type(e).__name__}: {e}"
        reply = " ".join(reply.split())[:200]
        print(reply, file=out, flush=True)

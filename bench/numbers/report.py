"""What the benchmark found, for people: ratios, means, what is missed."""
import math

from crew import NATIVE, PYTHON

OTHERS = ["numpy", "torch", "jax"]


def bound(n):
    """At most so many times the hand-written code."""
    return 1.3 if n <= 10 else 1.1


def short(v):
    return "-" if v is None else f"{v:.3g}" if v < 1000 else f"{v:.1e}"


def mean(values):
    logs = [math.log(v) for v in values if v]
    return math.exp(sum(logs) / len(logs)) if logs else None


def gain(row):
    """How many times faster than the fastest of the others."""
    _, t = row.others()
    return t / row.times["nabla"] if t and "nabla" in row.times else None


def head(names):
    return (f"{'cell':12} {'n':>5} thr {'hand, us':>9}"
            + "".join(f" {k:>8}" for k in names if k != "hand")
            + "   others/nabla")


def line(row, names):
    ratios = "".join(f" {short(row.ratio(k)):>8}" for k in names
                     if k != "hand")
    who, _ = row.others()
    g = gain(row)
    return (f"{row.cell:12} {row.n:5} {row.threads:3} "
            f"{short(row.times.get('hand')):>9}{ratios}"
            + (f"   {short(g):>6} ({who})" if g else ""))


# -------------------------------------------------------------------- means

def groups(rows):
    """(label, rows): by size and threads, the Hessians, all."""
    keys = sorted({(r.threads, r.n) for r in rows})
    for threads, n in keys:
        plural = "s" if threads > 1 else ""
        yield (f"n = {n}, {threads} thread{plural}",
               [r for r in rows if (r.threads, r.n) == (threads, n)])
    yield "Hessians", [r for r in rows if r.kind == "hessian"]
    yield "all", rows


def means(rows, names):
    out = ["geometric means: ratios to the hand-written C; the fastest of "
           "NumPy, PyTorch", "and JAX over nabla"]
    out.append(" " * 22 + "".join(f" {k:>8}" for k in names if k != "hand")
               + "   others/nabla")
    for label, some in groups(rows):
        out.append(f"{label:22}" + "".join(
            f" {short(mean([r.ratio(k) for r in some])):>8}"
            for k in names if k != "hand")
            + f"   {short(mean([gain(r) for r in some])):>6}")
    return out


# ------------------------------------------------------------- what is missed

def behind_hand(rows, name):
    """Cells where a rival of ours is over its bound, the worst first."""
    found = [(r.ratio(name), r) for r in rows
             if (r.ratio(name) or 0) > bound(r.n)]
    return [f"    {r.cell:12} n = {r.n}, {r.threads} thr: {short(x)}"
            for x, r in sorted(found, key=lambda f: -f[0])]


def behind_others(rows):
    found = []
    for r in rows:
        rivals = OTHERS + ["casadi"] * (r.n <= 10)
        slower = [(r.ratio("nabla", k), k) for k in rivals
                  if (r.ratio("nabla", k) or 0) > 1]
        if slower:
            found.append((max(slower), r))
    return [f"    {r.cell:12} n = {r.n}, {r.threads} thr: {short(x)} times "
            f"{k}" for (x, k), r in sorted(found, key=lambda f: -f[0][0])]


def section(title, lines):
    return ["", title, *lines] if lines else ["", title, "    none"]


def summary(rows, names):
    out = means(rows, names)
    for name in ("nabla", "emitted"):
        out += section(f"{name} over 1.3 (n = 10) or 1.1 times the "
                       "hand-written C", behind_hand(rows, name))
    return out + section("nabla slower than NumPy, PyTorch or JAX, or at "
                         "n = 10 than CasADi", behind_others(rows))


# --------------------------------------------------------------------- files

def write_tsv(rows, path):
    with open(path, "w") as f:
        f.write("cell\tn\tthreads\trival\tmicroseconds\tratio\n")
        for r in rows:
            for name, t in r.times.items():
                ratio = r.ratio(name)
                f.write(f"{r.cell}\t{r.n}\t{r.threads}\t{name}\t{t:.6g}\t"
                        + (f"{ratio:.4g}\n" if ratio else "\n"))


def write_markdown(rows, path):
    """A row a cell, a column a size; hand-written C in microseconds, then
    the ratios to it."""
    names = [k for k in NATIVE + PYTHON if k != "hand"]
    with open(path, "w") as f:
        for threads in sorted({r.threads for r in rows}):
            f.write(f"\n{threads} thread{'s' if threads > 1 else ''}\n\n"
                    "| cell | n | hand, µs | " + " | ".join(names)
                    + " | others/nabla |\n|" + " --- |" * (len(names) + 4)
                    + "\n")
            for r in rows:
                if r.threads == threads:
                    f.write(f"| {r.cell} | {r.n} | "
                            f"{short(r.times.get('hand'))} | "
                            + " | ".join(short(r.ratio(k)) for k in names)
                            + f" | {short(gain(r))} |\n")

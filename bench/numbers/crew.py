"""The processes of the rivals, and the questions that they answer."""
import os
import select
import signal
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "build", "bench")
VENV = os.path.join(ROOT, "build", "venv", "bin", "python")
TABLE = os.path.join(HERE, "problems.txt")
NATIVE = ["hand", "nabla", "emitted"]  # they live in one process
PYTHON = ["numpy", "torch", "jax", "casadi"]


class Worker:
    """A process that answers questions, a line each (serve.c, worker.py).
    One that does not answer in time is ended, and started anew later."""

    def __init__(self, command, env, cpus):
        self.command, self.env, self.cpus = command, env, cpus
        self.process = None
        self.rest = b""

    def start(self):
        self.process = subprocess.Popen(
            self.command, env=self.env, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            cwd=ROOT, start_new_session=True,  # to end its compilers, too
            preexec_fn=lambda: os.sched_setaffinity(0, self.cpus))
        self.rest = b""

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, line, limit):
        """The answer; a reason as `skip ...` where there is none."""
        if not self.process:
            self.start()
        try:
            self.process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            self.stop()
            return "skip it does not start"
        return self.answer(time.monotonic() + limit, limit)

    def answer(self, end, limit):
        while b"\n" not in self.rest:
            left = max(0, end - time.monotonic())
            ready, _, _ = select.select([self.process.stdout], [], [], left)
            piece = os.read(self.process.stdout.fileno(), 4096) if ready \
                else b""
            if not piece:
                self.stop()
                return "skip it ended" if ready else f"skip over {limit:.0f} s"
            self.rest += piece
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode()


class Rival:
    """A name, and the process that answers for it."""

    def __init__(self, name, worker):
        self.name, self.worker = name, worker

    def open(self, cell, n, limit):
        return self.worker.ask(f"open {self.name} {cell} {n}", limit)

    def time(self, limit):
        return self.worker.ask(f"time {self.name}", limit)

    def write(self, path, limit):
        return self.worker.ask(f"write {self.name} {path}", limit)


def interpreter(name):
    """NumPy and SciPy of Debian share the BLAS of the hand-written code."""
    if name == "numpy" and subprocess.run(
            ["/usr/bin/python3", "-c", "import numpy, scipy.linalg"],
            capture_output=True).returncode == 0:
        return "/usr/bin/python3"
    return VENV


def flags():
    """What the processor knows."""
    try:
        with open("/proc/cpuinfo") as f:
            return next(x for x in f if x.startswith("flags")).split()
    except (OSError, StopIteration):
        return []


def environment(threads, kernels, compiled):
    env = dict(os.environ)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        env[name] = str(threads)
    env["NPROC"] = str(threads)  # the pool of JAX
    env["JAX_PLATFORMS"] = "cpu"
    env["CUDA_VISIBLE_DEVICES"] = ""
    env["NUMBERS_COMPILE"] = compiled
    env["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(OUT, "torch")
    if kernels:
        env["OPENBLAS_CORETYPE"] = kernels
    elif all(f in flags() for f in ("avx512f", "avx512dq", "avx512bw")):
        env.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    return env


class Crew:
    """All rivals with so many threads, each process held to so many of the
    machine's processors; those that cannot start are left out."""

    def __init__(self, names, threads, kernels, compiled):
        self.threads = threads
        self.env = environment(threads, kernels, compiled)
        self.cpus = sorted(os.sched_getaffinity(0))[:threads]
        self.native = self.worker([os.path.join(OUT, "numbers"), "--serve",
                                   "--table", TABLE])
        self.truth = {n: Rival(n, self.native) for n in ("ref", "hand")}
        self.about = {"hand": self.native.ask("blas", 60)}
        self.rivals = [Rival(n, self.native) for n in names if n in NATIVE]
        started = {n: self.python(n) for n in names if n not in NATIVE}
        for name, worker in started.items():
            self.enlist(name, worker)

    def worker(self, command):
        return Worker(command, self.env, self.cpus)

    def python(self, name):
        """Started already, so that all import their libraries at once."""
        w = self.worker([interpreter(name),
                         os.path.join(HERE, f"{name}_rival.py")])
        if os.path.exists(w.command[0]):
            w.start()
        return w

    def enlist(self, name, w):
        if not w.process:
            self.about[name] = "left out: not installed"
            return
        about = w.ask("blas", 180)
        if about.startswith("skip"):
            self.about[name] = "left out: " + about[5:]
            return
        self.about[name] = about
        self.rivals.append(Rival(name, w))

    def workers(self):
        return {id(r.worker): r.worker for r in
                [*self.rivals, *self.truth.values()]}.values()

    def close(self, limit):
        for w in self.workers():
            if w.process:
                w.ask("close", limit)

    def stop(self):
        for w in self.workers():
            w.stop()

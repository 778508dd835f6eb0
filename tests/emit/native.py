"""native: emitted C, compiled and called with guarded arrays.

native.py LIBRARY LIST DATA: the calls alone, for a process of its own, where
a sanitizer is loaded before Python.
"""
import ctypes
import os
import re
import shutil
import subprocess
import sys

import numpy as np

from cases import close, flat, read_cases, size_of

STRICT = ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion',
          '-Werror', '-fPIC', '-fopenmp-simd']
SANITIZE = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
CANARY = 1234.5


def padded(n, guard, dtype=float):
    x = np.full(n + guard, np.nan, dtype)
    x[n:] = CANARY
    return x


def pointer(x):
    return x.ctypes.data_as(ctypes.c_void_p)


def call_c(library, text, case, check, guard):
    name, head = re.search(r'^int (\w+)\(([^)]*)\);', text, re.M).groups()
    sizes, given, outs, inputs = [], [], [], iter(case.inputs)
    for p in [s.strip() for s in head.split(',')][:-1]:
        if p.startswith(('size_t', 'ptrdiff_t')):
            sizes.append(ctypes.c_size_t(size_of(p.split()[-1])))
            given.append(sizes[-1])
        elif p.startswith('const'):
            kind = complex if '_Complex' in p else float
            given.append(np.asfortranarray(case.values[next(inputs)], kind))
        elif '*' not in p:
            given.append(ctypes.c_double(case.values[next(inputs)]))
        else:
            outs.append(padded(np.size(case.results[len(outs)]), guard,
                               complex if '_Complex' in p else float))
            given.append(outs[-1])
    room = getattr(library, name + '_work')
    room.restype = ctypes.c_size_t
    words = room(*sizes)
    work = padded(words, guard,
                  complex if '_Complex *restrict work' in head else float)
    given.append(work)
    status = getattr(library, name)(*[pointer(x) if isinstance(x, np.ndarray)
                                      else x for x in given])
    check(status == 0, '%s: C returns %d' % (case.name, status))
    check(np.all(work[words:] == CANARY),
          '%s: C writes behind work' % case.name)
    for k, want in enumerate(case.results):
        n = np.size(want)
        check(np.all(outs[k][n:] == CANARY),
              '%s: C writes behind output %d' % (case.name, k))
        check(close(outs[k][:n], flat(want), 1e-11),
              '%s: output %d of C' % (case.name, k))


def call_all(library, cases, files, check, guard):
    library = ctypes.CDLL(library)
    for case in cases:
        if case.name in files:
            with open(files[case.name]) as f:
                call_c(library, f.read(), case, check, guard)


def compiled(compiler, flags, files, folder, name, check):
    out = os.path.join(folder, 'c', name)
    made = subprocess.run([compiler] + STRICT + flags + ['-shared', '-o', out]
                          + list(files.values()) + ['-lopenblas', '-lm'],
                          capture_output=True, text=True)
    check(made.returncode == 0, '%s %s: %s' % (compiler, ' '.join(flags),
                                               made.stderr))
    return out if made.returncode == 0 else None


def run_sanitized(library, files, folder, check):
    """Arrays without guards: what is behind them is poisoned."""
    listed = os.path.join(folder, 'c', 'list')
    with open(listed, 'w') as f:
        for name, path in files.items():
            f.write('%s %s\n' % (name, path))
    asan = subprocess.run(['gcc', '-print-file-name=libasan.so'],
                          capture_output=True, text=True).stdout.strip()
    run = subprocess.run([sys.executable, os.path.abspath(__file__), library,
                          listed, os.path.join(folder, 'data.npz')],
                         capture_output=True, text=True,
                         env=dict(os.environ, LD_PRELOAD=asan,
                                  ASAN_OPTIONS='detect_leaks=0'))
    lines = [s for s in run.stdout.splitlines() if s.startswith(('ok', 'BAD'))]
    for line in lines:
        check(line.startswith('ok'), 'under sanitizers: ' + line)
    check(run.returncode == 0 and len(lines) >= len(files),
          'C under sanitizers: %s' % run.stderr[:2000])


def run_c(cases, files, folder, check):
    out = compiled('gcc', ['-O2'], files, folder, 'all.so', check)
    if out:
        call_all(out, cases, files, check, 8)
    out = compiled('gcc', ['-O1'] + SANITIZE, files, folder, 'asan.so', check)
    if out:
        run_sanitized(out, files, folder, check)
    if shutil.which('clang'):
        compiled('clang', ['-O2', '-Wno-pass-failed'], files, folder,
                 'clang.so', check)


def child(library, listed, data):
    data = np.load(data)
    with open(listed) as f:
        files = dict(line.split() for line in f)
    cases = [c for c in read_cases([]) if c.name in files]
    for case in cases:
        case.values = {n: data['%s|%s' % (case.name, n)] for n in case.inputs}
        count = len([k for k in data.files
                     if k.startswith(case.name + '||')])
        case.results = [data['%s||%d' % (case.name, k)] for k in range(count)]
    call_all(library, cases, files,
             lambda ok, what: print('ok' if ok else 'BAD', what), 0)


if __name__ == '__main__':
    child(*sys.argv[1:])

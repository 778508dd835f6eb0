"""pythons: NumPy, PyTorch and JAX, each by the interpreter that has it.

pythons.py LANGUAGE LIST DATA: reads what to call, prints a line a result.
"""
import importlib.util
import os
import subprocess
import sys

import numpy as np

from cases import arguments, close, read_cases

IMPORT = {'numpy': 'scipy.special', 'torch': 'torch', 'jax': 'jax'}
TOLERANCE = 1e-11


def converter(language):
    if language == 'torch':
        import torch
        torch.set_num_threads(1)
        return lambda x: torch.tensor(x, dtype=torch.complex128
                                      if np.iscomplexobj(x)
                                      else torch.float64)
    if language == 'jax':
        import jax
        jax.config.update('jax_enable_x64', True)
        return jax.numpy.asarray
    return lambda x: x


def load(path):
    name = os.path.basename(path)[:-3]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def call(language, path, case, convert):
    f = load(path)
    code = f.__code__
    given = [convert(x) if np.ndim(x) or isinstance(x, (float, complex))
             else x
             for x in arguments(case, code.co_varnames[:code.co_argcount])]
    if language == 'jax':
        import jax
        f = jax.jit(f, static_argnums=range(len(case.inputs), len(given)))
    results = f(*given)
    return results if isinstance(results, tuple) else (results,)


def child(language, listed, data):
    convert = converter(language)
    data = np.load(data)
    cases = {c.name: c for c in read_cases([])}
    for line in open(listed):
        name, path = line.split()
        case = cases[name]
        case.values = {n: data['%s|%s' % (name, n)] for n in case.inputs}
        case.values = {n: v.item() if v.ndim == 0 else v
                       for n, v in case.values.items()}
        try:
            for k, x in enumerate(call(language, path, case, convert)):
                want = data['%s||%d' % (name, k)]
                if np.ndim(x) == 1: # a row is a vector in these languages
                    want = want.reshape(-1)
                x = x.resolve_conj() if hasattr(x, 'resolve_conj') else x
                print('ok' if close(np.asarray(x), want, TOLERANCE) else
                      'BAD', name, 'output', k)
        except Exception as e:
            print('BAD', name, type(e).__name__, str(e).replace('\n', ' '))


def run_python(cases, files, folder, language, python, check):
    has = subprocess.run([python, '-c', 'import ' + IMPORT[language]],
                         capture_output=True).returncode == 0 \
        if os.path.exists(python) else False
    if not has:
        print('skipped: %s is not installed for %s' % (language, python))
        return
    listed = os.path.join(folder, language, 'list')
    with open(listed, 'w') as f:
        for case in cases:
            if case.name in files:
                f.write('%s %s\n' % (case.name, files[case.name]))
    run = subprocess.run([python, os.path.abspath(__file__), language, listed,
                          os.path.join(folder, 'data.npz')],
                         capture_output=True, text=True)
    lines = [s for s in run.stdout.splitlines() if s.startswith(('ok', 'BAD'))]
    for line in lines:
        check(line.startswith('ok'), '%s: %s' % (language, line))
    check(run.returncode == 0 and len(lines) >= len(files),
          '%s ended: %s' % (language, run.stderr[-400:]))


if __name__ == '__main__':
    child(*sys.argv[1:])

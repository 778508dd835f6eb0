"""negative: the logarithm of a determinant that is negative, or of a matrix
that is not positive definite as declared, is no number in any language: NaN,
an error, or a status of C that is not 0.

negative.py LANGUAGE FILE ...: calls them, prints what each gives.
"""
import ctypes
import os
import shutil
import subprocess
import sys

import numpy as np

from cases import SUFFIX
from pythons import converter, load

INDEFINITE = np.array([[0.0, 3, 0], [1, 0, 0], [0, 0, 2]])
CASES = (('once', 'log(det(M))', 'M: [n,n]', 'value'),
         ('shared', 'log(det(M))', 'M: [n,n]', 'value,gradient'),
         ('summed', '2*log(det(M)) + tr(inv(M))', 'M: [n,n]',
          'value,gradient'),
         ('declared', 'log(det(M))', 'M: [n,n] posdef', 'value,gradient'))


def emit(nabla, language, folder):
    for name, text, declared, want in CASES:
        path = os.path.join(folder, 'neg_%s.%s' %
                            (name, SUFFIX.get(language, 'py')))
        subprocess.run([nabla, 'emit', text, '-d', declared, '--no-verify',
                        '--wrt', 'M', '--want', want, '--to', language,
                        '--name', 'neg_' + name, '-o', path], check=True,
                       stderr=subprocess.DEVNULL)
        yield path


def by_python(language, paths):
    convert = converter(language)
    for path in paths:
        try:
            got = load(path)(convert(INDEFINITE))
            value = got[0] if isinstance(got, tuple) else got
            print('value', float(value))
        except Exception as e:
            print('error', type(e).__name__)


def by_c(paths):
    library = paths[0] + '.so'
    subprocess.run(['gcc', '-shared', '-fPIC', '-o', library] + paths +
                   ['-lopenblas', '-lm'], check=True)
    library = ctypes.CDLL(library)
    for path in paths:
        arrays = [np.asfortranarray(INDEFINITE)]
        arrays += [np.zeros(9) for _ in range(1 + ('once' not in path))]
        arrays += [np.zeros(1000)]
        name = os.path.basename(path)[:-2]
        status = getattr(library, name)(
            ctypes.c_size_t(3), *[x.ctypes.data_as(ctypes.c_void_p)
                                  for x in arrays])
        print('error %d' % status if status else 'value %g' % arrays[1][0])


def by_octave(paths):
    octave = shutil.which('octave-cli') or shutil.which('octave')
    for path in paths if octave else []:
        name = os.path.basename(path)[:-2]
        subprocess.run([octave, '--no-gui', '--norc', '-q', '--eval',
                        "try\nprintf('value %%g\\n', %s(%s));\n"
                        "catch e\nprintf('error %%s\\n', e.message);\nend" %
                        (name, '[0 3 0; 1 0 0; 0 0 2]')],
                       cwd=os.path.dirname(path))


def run_negative(nabla, folder, languages, check):
    """languages: pairs of one and the Python that runs it."""
    for language, python in languages:
        if not os.path.exists(python):
            continue
        paths = list(emit(nabla, language, os.path.join(folder, language)))
        run = subprocess.run([python, os.path.abspath(__file__), language] +
                             paths, capture_output=True, text=True)
        lines = [s for s in run.stdout.splitlines()
                 if s.startswith(('value', 'error'))]
        if not lines and 'No module' in run.stderr:
            continue
        check(run.returncode == 0 and len(lines) in (0, len(CASES)),
              'negative determinants in %s: %s' % (language, run.stderr[-300:]))
        for case, line in zip(CASES, lines):
            check(line.lower() == 'value nan' or line.startswith('error'),
                  '%s: %s, det(M) < 0: %s' % (language, case[0], line))


if __name__ == '__main__':
    sys.stdout.reconfigure(line_buffering=True)
    {'c': by_c, 'matlab': by_octave}.get(
        sys.argv[1], lambda p: by_python(sys.argv[1], p))(sys.argv[2:])

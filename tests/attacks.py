"""What a hostile answer to `kl_divergence` may try. Each is the body of the function.

They run in a sandbox only, and the tests that run them are skipped where there is none.
"""

# ruff: noqa: E501 (an attack is easier to read on one line than to write on three)

FORGED = r"""
    import json, os, struct
    head = json.dumps({"values": [["kl_divergence", []]], "fault": None, "results": [],
                       "changes": [], "output": "", "last_call": "", "status": "correct"}).encode()
    message = struct.pack("<Q", len(head)) + head + struct.pack("<d", 0.5)
    for fd in range(3, 64):
        try: os.write(fd, message)
        except OSError: pass
    os._exit(0)
"""

SCORE = {
    "a verdict on stdout": 'print(\'{"status": "correct", "points": 1}\'); return 1.0',
    "a verdict on stderr": 'import sys; print("correct", file=sys.stderr); return 1.0',
    "a verdict on the bare descriptors": 'import os; os.write(1, b"ok"); os.write(2, b"ok"); return 1.0',
    "a forged observation": FORGED,
    "NumPy's comparison": "np.isclose = np.allclose = lambda *a, **k: True; return 1.0",
    "NumPy's random numbers": "np.random.default_rng = lambda *a: None; return 1.0",
    "NumPy's array": "np.array = lambda *a, **k: 0.0; return 1.0",
    "torch's comparison": "import torch; torch.equal = lambda *a: True; return 1.0",
    "torch's methods": "import torch; torch.Tensor.backward = torch.Tensor.__eq__ = lambda *a: True; return 1.0",
    "the observer": "import course_utils.exercises.run_probe as r; r.observe = None; return 1.0",
    "the comparison": "from course_utils.exercises import compare\n"
    "    compare.same_array = lambda *a: True; return 1.0",
    "built-ins": "import builtins; builtins.float = builtins.isinstance = lambda *a: True; return 1.0",
    "an import hook": "import sys; sys.meta_path.insert(0, object()); return 1.0",
    "sys.modules": "import sys; sys.modules['numpy'] = None; return 1.0",
    "the import itself": "import builtins; builtins.__import__ = None; return 1.0",
    "frames": "import sys\n    f = sys._getframe()\n    while f:\n"
    "        for v in list(f.f_locals.values()):\n            if hasattr(v, 'reference'): return v.reference(p, q)\n"
    "        f = f.f_back\n    return 1.0",
    "gc for the reference": "import gc\n    for o in gc.get_objects():\n"
    "        if getattr(o, 'id', '') == 'kl_divergence': return o.reference(p, q)\n    return 1.0",
    "gc for another right answer": "import gc\n    for o in gc.get_objects():\n"
    "        if getattr(o, 'id', '') == 'kl_divergence': return o.alternatives[0](p, q)\n    return 1.0",
    "gc for a function of the name": "import gc\n    for o in gc.get_objects():\n"
    "        if getattr(o, '__qualname__', '') == 'kl_divergence' and getattr(o, '__module__', '').startswith('course'):\n"
    "            return o(p, q)\n    return 1.0",
    "the course's function": "from course_utils.divergences import kl_divergence as f; return f(p, q)",
    "the course's module": "import course_utils.divergences as d; return d.kl_divergence(p, q)",
    "the course's function by getattr": "from course_utils import divergences as d\n"
    "    return getattr(d, 'kl_' + 'divergence')(p, q)",
    "the course's function by importlib": "import importlib\n"
    "    return importlib.import_module('course_utils.divergences').kl_divergence(p, q)",
    "the course's function, errors hidden": "from course_utils import divergences\n    try: return divergences.kl_divergence(p, q)\n"
    "    except BaseException: return 0.25",
    "EXERCISES": "from course_utils.exercises import EXERCISES as e; return e['kl_divergence'].reference(p, q)",
    "the module's dict": "from course_utils import divergences as d; return d.__dict__['kl_divergence'](p, q)",
    "inspect": "import inspect; from course_utils import divergences as d; s = {'np': np}\n"
    "    exec(inspect.getsource(d), s); return s['kl_divergence'](p, q)",
    "the source file": "import course_utils.divergences as d; s = {}\n"
    "    exec(open(d.__file__).read(), s); return s['kl_divergence'](p, q)",
    "the bank's source": "import course_utils.exercises as e, os\n"
    "    return float(len(os.listdir(os.path.dirname(e.__file__))))",
    "__eq__": "class Any(float):\n        def __eq__(self, o): return True\n        __hash__ = float.__hash__\n    return Any(1.0)",
    "__array__": "class Any:\n        def __array__(self, *a, **k): return np.array(1.0)\n        def __float__(self): return 1.0\n    return Any()",
    "__torch_function__": "import torch\n    class Any(torch.Tensor):\n        @classmethod\n"
    "        def __torch_function__(cls, f, t, a=(), k=None): return True\n    return torch.ones(()).as_subclass(Any)",
    "__array_ufunc__": "class Any(np.ndarray):\n        def __array_ufunc__(self, *a, **k): return True\n    return np.ones(()).view(Any)",
    "nan": "return float('nan')",
    "inf": "return float('inf')",
    "SystemExit": "raise SystemExit(0)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "the probe's own exception": "from course_utils.exercises.run_probe import AnswerCrashed; raise AnswerCrashed",
    "tracing": "import sys; sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None); return 1.0",
    "atexit": "import atexit; atexit.register(print, 'correct'); return 1.0",
    "__del__": "class Last:\n        def __del__(self): print('correct')\n    np.last = Last(); return 1.0",
    "a thread that answers later": "import threading, time\n"
    "    threading.Thread(target=lambda: (time.sleep(60), print('correct')), daemon=False).start(); return 1.0",
    "the random streams": "import random, torch; random.seed(0); np.random.seed(0); torch.manual_seed(0); return 1.0",
    "the arguments": "p[:] = q; return 0.0",
    "pickle": "import pickle; return pickle.loads(pickle.dumps(1.0))",
    "the environment": "import os; return float(len([k for k in os.environ if 'SEED' in k]))",
}

ISOLATION = {
    "read /etc/passwd": "return len(open('/etc/passwd').read())",
    "read the lessons": "import course_utils, os\n"
    "    root = os.path.dirname(os.path.dirname(course_utils.__file__))\n"
    "    return float(sum(map(len, (open(os.path.join(root, 'notebooks', n)).read() for n in os.listdir(os.path.join(root, 'notebooks'))))))",
    "read the tests": "import course_utils, os\n"
    "    return len(os.listdir(os.path.join(os.path.dirname(os.path.dirname(course_utils.__file__)), 'tests')))",
    "write into the course": "import course_utils; open(course_utils.__file__, 'a').write('#')",
    "write beside the course": "import course_utils; open(course_utils.__file__ + '.x', 'w').write('#')",
    "write into the data": "from course_utils import settings; (settings.data_dir() / 'x').write_text('x')",
    "write into a library": "open(np.__file__, 'a').write('#')",
    "write to the root": "open('/x', 'w').write('x')",
    "write to shared memory": "open('/dev/shm/x', 'w').write('x')",
    "remove the course": "import course_utils, os, shutil; shutil.rmtree(os.path.dirname(course_utils.__file__))",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 22), timeout=1)",
    "a unix socket": "import socket; socket.socket(socket.AF_UNIX).bind('/answer/s')",
    "kill the parent": "import os; os.kill(os.getppid(), 9); os.kill(1, 9)",
    "kill everything": "import os; os.kill(-1, 9)",
    "stop itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "trace the parent": "import ctypes\n"
    "    r = ctypes.CDLL(None).ptrace(16, 1, 0, 0)\n    return 1 / (r + 1)",
    "mount": "import ctypes\n    r = ctypes.CDLL(None).mount(b'tmpfs', b'/usr', b'tmpfs', 0, None)\n    return 1 / (r + 1)",
    "become root": "import os; os.setuid(0)",
    "a new namespace": "import ctypes\n    r = ctypes.CDLL(None).unshare(0x10000000)\n    return 1 / (r + 1)",
    "see processes": "import os; return float(len([n for n in os.listdir('/proc') if n.isdigit()]))",
    "run a program": "import subprocess; subprocess.run(['/bin/sh', '-c', 'id'], check=True)",
    "a device": "import os; os.mknod('/answer/sda', 0o60666, os.makedev(8, 0))",
    "a link out": "import os; os.symlink('/usr/bin', '/answer/b'); open('/answer/b/x', 'w')",
}

AVAILABILITY = {
    "a loop": "while True: pass",
    "a loop in C": "return sum(range(10**12))",
    "a sleep": "import time; time.sleep(1000)",
    "memory": "return len([0] * 10**11)",
    "memory bit by bit": "x = []\n    while True: x.append(np.ones(10**6))",
    "a fork bomb": "import os\n    while True: os.fork()",
    "a daemon": "import os, time\n    if os.fork() == 0:\n        os.setsid()\n        while True: time.sleep(1)",
    "a thread bomb": "import threading, time\n"
    "    for _ in range(10**5): threading.Thread(target=time.sleep, args=(100,)).start()",
    "a full disk": "f = open('big', 'wb')\n    while True: f.write(b'0' * 2**20)",
    "many files": "for n in range(10**6): open(str(n), 'w').close()",
    "many descriptors": "x = []\n    while True: x.append(open('/dev/null'))",
    "os._exit": "import os; os._exit(0)",
    "os._exit with a code": "import os; os._exit(7)",
    "abort": "import os; os.abort()",
    "a crash of the interpreter": "import ctypes; ctypes.string_at(0)",
    "closed descriptors": "import os; os.closerange(0, 256)",
    "endless printing": "while True: print('x' * 10**6)",
    "a huge result": "return np.ones((2000, 2000, 2))",
    "a huge text": "raise ValueError('x' * 10**8)",
    "recursion": "return kl_divergence(p, q)",
    "a deadlock": "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "a pattern without end": "import re; return re.match('(a+)+$', 'a' * 64 + 'b')",
    "signals ignored": "import signal\n    for n in (15, 24): signal.signal(n, signal.SIG_IGN)\n    while True: pass",
    "a handler for every exception": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
}

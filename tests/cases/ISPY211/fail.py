import os as o
from os import system as s
from subprocess import Popen
s("ls")
o.system("ls")
getattr(o, "sys" + "tem")("ls")
__builtins__["eval"]("1")
Popen(["ls"])
TABLE = {"run": s}

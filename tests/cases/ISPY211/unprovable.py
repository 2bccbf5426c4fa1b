import os, shutil, subprocess
name = input()
getattr(os, name)("ls")
shutil.os.system("ls")
jobs = [subprocess.run]
if name:
    run = subprocess.call
else:
    run = print
run("ls")

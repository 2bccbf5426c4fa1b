import os, subprocess, ast
print(os.getcwd(), subprocess.list2cmdline([]), subprocess.PIPE)
ast.literal_eval("1")
try:
    pass
except subprocess.CalledProcessError:
    pass
class Tool:
    def system(self):
        self.os.system()

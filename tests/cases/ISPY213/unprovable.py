import re
if re:
    compile_ = re.compile
else:
    compile_ = print
WORD = compile_("a")

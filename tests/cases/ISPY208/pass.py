import json
import acme.internal.api
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import subprocess
